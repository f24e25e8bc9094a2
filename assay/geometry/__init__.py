"""Shapes as numbers: overlap, area, validity and centres. numpy and shapely only; knows no label document.

Image frame: pixels, origin at the top-left corner of pixel 0, x right, y down, never normalised.
Text frame: Unicode code points, half-open ranges.
"""
