"""How likely a causal language model finds what was said: perplexities, IFD and rIFD."""
