"""What members know, believe and feel, and whom they trust."""
