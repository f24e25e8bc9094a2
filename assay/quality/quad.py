"""Adding four numbers to four neighbours in memory as one instruction (numba; the ``quality`` extra).

Numba's compiler adds them one by one: it does not look for straight code that could be a vector's.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic

_QUAD = ir.VectorType(ir.DoubleType(), 4)


def _typed(_: Any, array: Any, start: Any, a: Any, b: Any, c: Any, d: Any) -> Any:
    return types.void(array, start, a, b, c, d), _generate


add_quad: Any = intrinsic(_typed)
"""``add_quad(array, start, a, b, c, d)``: ``array[start : start + 4] += (a, b, c, d)`` for a flat, contiguous
array of float64, unchecked. Only inside compiled functions; ``start`` is unsigned."""


def _generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    array = context.make_array(signature.args[0])(context, builder, arguments[0])
    place = builder.bitcast(builder.gep(array.data, [arguments[1]]), _QUAD.as_pointer())
    quad = ir.Constant(_QUAD, ir.Undefined)
    for lane, number in enumerate(arguments[2:]):
        quad = builder.insert_element(quad, number, ir.Constant(ir.IntType(32), lane))
    held = builder.load(place)
    # Numpy aligns to one number, not to four.
    held.align = 8
    builder.store(builder.fadd(held, quad), place).align = 8
    return context.get_dummy_value()
