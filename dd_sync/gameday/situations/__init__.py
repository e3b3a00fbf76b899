"""The situations that come with ddsync: normal life of which nobody should hear, and incidents somebody must notice.

Each file holds those of one sort; its folder is the first part of their names.
"""
