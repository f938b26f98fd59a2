"""What is found: embeddings, look-alikes, estimates and the jobs that make them."""
