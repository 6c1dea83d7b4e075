"""How good dialogues are: judges, measures and their agreement; it reads trees and nothing else."""
