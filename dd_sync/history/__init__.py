"""What happened: series and alert events read back from Datadog, and what monitors would have made of them."""
