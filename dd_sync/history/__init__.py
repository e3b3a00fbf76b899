"""What happened: series and alert events from Datadog, and when monitors would have fired on them."""
