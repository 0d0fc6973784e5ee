"""What other programs ask over HTTP or a pipe: OPTIMADE, JSON, MCP; all of it reads only."""
