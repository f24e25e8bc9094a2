/** Outlines cut along a line. */
import { type ImagePoint, distance, imagePoint, samePoint } from "./coordinate";
import { type Polygon, type Ring, distinctPoints, ringSegments, sideOfRing } from "./polygon";
import { polygonFault } from "./polygon_fault";
import { type Segment, meetSegments } from "./segment";

/** Where the line meets the outline: how far along each, in whole segments and a share of one. */
interface Crossing {
  readonly point: ImagePoint;
  readonly alongLine: number;
  readonly alongRing: number;
}

/**
 * The pieces of a polygon that a line goes through from edge to edge, once or several times; holes stay with the
 * piece around them. Null where it cuts nothing off, runs along an edge, or meets a hole or itself.
 */
export function slicePolygon(polygon: Polygon, line: readonly ImagePoint[]): readonly Polygon[] | null {
  const [outer, ...holes] = polygon;
  if (outer === undefined) return null;
  const cut = line.slice(1).map((b, index): Segment => ({ a: line[index] ?? b, b, owner: 0, index }));
  if (holes.some((hole) => meets(cut, ringSegments(hole, 1)))) return null;
  const crossings = crossingsOf(cut, ringSegments(outer, 1));
  if (crossings === null) return null;
  let pieces: readonly Ring[] = [withPoints(distinctPoints(outer), crossings)];
  for (const chord of chordsOf(outer, line, crossings)) {
    const split = splitOne(pieces, chord);
    if (split === null) return null;
    pieces = split;
  }
  if (pieces.length < 2) return null;
  const polygons = pieces.map((piece) => [piece, ...holes.filter((hole) => lies(hole, piece))]);
  return polygons.some((piece) => polygonFault([piece]) !== null) ? null : polygons;
}

const meets = (cut: readonly Segment[], edges: readonly Segment[]): boolean =>
  cut.some((segment) => edges.some((edge) => meetSegments(segment, edge) !== "apart"));

const lies = (hole: Ring, piece: Ring): boolean =>
  hole.every((point) => sideOfRing(piece, point) !== "outside");

/** In the line's order, each place once; null where the line runs along an edge. */
function crossingsOf(cut: readonly Segment[], edges: readonly Segment[]): readonly Crossing[] | null {
  const found: Crossing[] = [];
  for (const segment of cut) {
    for (const edge of edges) {
      const meeting = meetSegments(segment, edge);
      if (meeting === "apart") continue;
      if (meeting === "overlap") return null;
      const point = meeting === "cross" ? crossingPoint(segment, edge) : meeting;
      if (found.some((other) => samePoint(other.point, point))) continue;
      found.push({
        point,
        alongLine: segment.index + shareOf(segment, point),
        alongRing: edge.index + shareOf(edge, point),
      });
    }
  }
  return found.sort((one, other) => one.alongLine - other.alongLine);
}

function crossingPoint(p: Segment, q: Segment): ImagePoint {
  const [rx, ry] = [p.b[0] - p.a[0], p.b[1] - p.a[1]];
  const [sx, sy] = [q.b[0] - q.a[0], q.b[1] - q.a[1]];
  const share = ((p.a[0] - q.a[0]) * ry - (p.a[1] - q.a[1]) * rx) / (sx * ry - sy * rx);
  return imagePoint(q.a[0] + share * sx, q.a[1] + share * sy);
}

const shareOf = ({ a, b }: Segment, point: ImagePoint): number => distance(a, point) / distance(a, b);

/** The ring with a corner at every crossing. */
function withPoints(ring: Ring, crossings: readonly Crossing[]): Ring {
  const placed = [
    ...ring.map((point, index) => ({ point, alongRing: index })),
    ...crossings.filter(({ point }) => !ring.some((corner) => samePoint(corner, point))),
  ];
  return placed.sort((one, other) => one.alongRing - other.alongRing).map(({ point }) => point);
}

/** The parts of the line that lie inside, from edge to edge. */
function chordsOf(outer: Ring, line: readonly ImagePoint[], crossings: readonly Crossing[]): Ring[] {
  return crossings.slice(1).flatMap((to, index) => {
    const from = crossings[index];
    if (from === undefined) return [];
    const between = line.filter((_, at) => at > from.alongLine && at < to.alongLine);
    const chord = [from.point, ...between, to.point];
    return sideOfRing(outer, middleOf(chord)) === "inside" ? [chord] : [];
  });
}

/** Between the first two points: the chord meets the outline at its ends alone. */
function middleOf([first, second]: Ring): ImagePoint {
  if (first === undefined || second === undefined) throw new RangeError("a chord has two ends");
  return imagePoint((first[0] + second[0]) / 2, (first[1] + second[1]) / 2);
}

/** The pieces with the one that the chord crosses cut in two; null where it crosses none from corner to corner. */
function splitOne(pieces: readonly Ring[], chord: Ring): readonly Ring[] | null {
  const [from, to] = [chord[0], chord.at(-1)];
  if (from === undefined || to === undefined) return null;
  for (const [index, piece] of pieces.entries()) {
    const start = piece.findIndex((point) => samePoint(point, from));
    const end = piece.findIndex((point) => samePoint(point, to));
    if (start < 0 || end < 0 || sideOfRing(piece, middleOf(chord)) !== "inside") continue;
    const inner = chord.slice(1, -1);
    const there =
      start < end ? piece.slice(start, end + 1) : [...piece.slice(start), ...piece.slice(0, end + 1)];
    const back =
      start < end ? [...piece.slice(end), ...piece.slice(0, start + 1)] : piece.slice(end, start + 1);
    return pieces.toSpliced(index, 1, [...there, ...inner.toReversed()], [...back, ...inner]);
  }
  return null;
}
