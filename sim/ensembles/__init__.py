"""Many runs: computed by several processes, kept in stores."""
