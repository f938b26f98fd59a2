"""In what pictures are alike: style, subject, colour, composition, each a space of unit vectors, and their mix.

``python -m ml.similarity evaluate FOLDER [--weights FILE]`` says how well each of them finds an artist and a style.
Nothing is imported here: who only mixes and explains scores need not load a network.
"""
