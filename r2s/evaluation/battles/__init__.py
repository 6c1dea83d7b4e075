"""Which of two sides is better: battles in both orders, committees, and ratings over many sides."""
