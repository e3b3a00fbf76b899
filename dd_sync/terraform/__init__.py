"""From Terraform: definitions for the Datadog resources of a state, and the handover."""
