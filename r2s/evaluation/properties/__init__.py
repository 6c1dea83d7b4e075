"""What makes a dialogue worth training on: ten properties and persona checks, by rule and by a judge's questions."""
