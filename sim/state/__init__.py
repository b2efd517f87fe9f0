"""What a run consists of: tables and their rows, ledgers, events, and agents as views of rows."""
