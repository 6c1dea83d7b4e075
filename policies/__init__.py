"""What is decided without a model. Each policy is a frozen pydantic model with one pure method, nameable from YAML."""
