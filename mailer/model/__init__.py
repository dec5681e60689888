"""What is true without a computer: values, states with their transition tables, decisions."""
