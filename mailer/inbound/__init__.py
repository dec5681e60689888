"""From a message on the server to what its sender wants: pure rules, and one function that acts on them."""
