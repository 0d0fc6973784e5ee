"""The pages of docs/ that the program writes about itself, and the sessions of the manual run as tests."""
