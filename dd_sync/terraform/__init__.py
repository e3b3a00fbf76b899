"""From Terraform: what a state holds of Datadog, as definitions, and the way out of the state."""
