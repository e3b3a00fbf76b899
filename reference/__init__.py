"""The reference pages of the documentation, made from the code: commands, settings, models, the packs' numbers."""
