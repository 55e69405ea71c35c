"""Many runs of one config: settings that are searched, on this machine or on many."""
