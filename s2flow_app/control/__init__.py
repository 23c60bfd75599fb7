"""Between document and worker: what is asked for, and what becomes of the answers. No widgets."""
