"""Whether dialogues are any good: figures and judgements that are read off trees and nothing else."""
