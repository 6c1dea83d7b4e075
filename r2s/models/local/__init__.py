"""Language models in this process: transformers in batches (`hf:PATH`), vLLM's engine (`vllm:PATH`)."""
