import type { Position } from "../radio/propagation.ts";
import { SeededRandom } from "../radio/seededRandom.ts";
import { Path } from "./path.ts";

const minute = 60_000;
const hour = 60 * minute;

/** Rooms lie farther apart than anything is heard; whoever walks from one to another passes others on the way. */
export const halls = [0, 100, 200, 300].map((y) => ({ x: 0, y }));
const foyers = [0, 200].map((y) => ({ x: 100, y }));
const canteen = { x: 200, y: 100 };

/** Seats of a hall, in rows, and of tables of six; metres from the room's corner. */
const seat = (index: number): Position => ({ x: (index % 10) * 1.2, y: Math.floor(index / 10) * 1.6 });
const tableSeat = (index: number): Position => ({
  x: Math.floor(index / 6) * 7 + (index % 2) * 1.2,
  y: (Math.floor(index / 2) % 3) * 0.9,
});

/**
 * A day at an event, from midnight on: night at home (some homes are shared), talks in four halls, coffee where people move
 * from group to group, lunch at tables, an evening that some leave early.
 * @param midnight unix ms
 * @returns one path a person, the same for the same seed
 */
export function dayAtEvent(people: number, midnight: number, seed: number): Path[] {
  const random = new SeededRandom(seed);
  const between = (low: number, high: number): number => low + random.uniform() * (high - low);
  const clock = (hours: number): number => midnight + hours * hour;
  const near = (room: Position, offset: Position): Position => ({
    x: room.x + offset.x,
    y: room.y + offset.y,
  });
  const paths: Path[] = [];
  /** Everybody sits somewhere in one of the halls until then. */
  const talk = (until: number): void => {
    const seats = shuffled(people, random);
    paths.forEach((path, person) => {
      const hall = halls[Math.floor(random.uniform() * halls.length)]!;
      path.walkTo(near(hall, seat(seats[person]!)), between(1, 3) * minute);
      path.stayUntil(until + between(-1, 1) * minute);
    });
  };
  /** Everybody moves from spot to spot until then. */
  const mingle = (until: number): void => {
    for (const path of paths) {
      const foyer = foyers[Math.floor(random.uniform() * foyers.length)]!;
      while (path.ends < until - 2 * minute) {
        path.walkTo(near(foyer, { x: between(0, 30), y: between(0, 20) }), between(0.2, 1) * minute);
        path.stayUntil(Math.min(until, path.ends + between(0.3, 9) * minute));
      }
      path.stayUntil(until);
    }
  };
  for (let person = 0; person < people; person++) {
    const path = new Path(midnight, homeOf(person));
    path.stayUntil(clock(between(7, 8)));
    path.walkTo(foyers[person % foyers.length]!, between(20, 45) * minute);
    paths.push(path);
  }
  mingle(clock(9));
  talk(clock(10.5));
  mingle(clock(11));
  talk(clock(12.5));
  const places = shuffled(people, random);
  paths.forEach((path, person) => {
    path.walkTo(near(canteen, tableSeat(places[person]!)), between(2, 4) * minute);
    path.stayUntil(clock(13.5) + between(-10, 0) * minute);
  });
  talk(clock(15));
  mingle(clock(15.5));
  talk(clock(17.25));
  mingle(clock(18));
  paths.forEach((path, person) => {
    path.stayUntil(clock(between(18, 20)));
    path.walkTo(homeOf(person), between(20, 45) * minute);
    path.stayUntil(clock(24));
  });
  return paths;
}

/** The first eight share four homes. */
function homeOf(person: number): Position {
  const isShared = person < 8;
  return { x: 5000 + 200 * (isShared ? Math.floor(person / 2) : person), y: isShared ? (person % 2) * 3 : 0 };
}

function shuffled(count: number, random: SeededRandom): number[] {
  const items = Array.from({ length: count }, (_, index) => index);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(random.uniform() * (i + 1));
    [items[i], items[j]] = [items[j]!, items[i]!];
  }
  return items;
}
