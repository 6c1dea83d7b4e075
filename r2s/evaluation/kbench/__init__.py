"""How good dialogues are by K-BENCH: a judge's scores, coverage without a judge, and people's scores beside."""
