"""Getting requests to an OpenAI-compatible server and its replies back, cheaply and with every failure typed."""
