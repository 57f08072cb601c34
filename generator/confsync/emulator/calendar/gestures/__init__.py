"""What a person does in Calendar's own pages, each gesture one function; the API offers some of it only in pieces.

They work on events as the API's methods do, through the same functions, and each is one change with one stamp.
"""
