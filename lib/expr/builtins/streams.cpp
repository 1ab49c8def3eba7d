#include "expr/builtins.hpp"

namespace flowrun::expr {

std::span<const Builtin> stream_builtins() {
  static const Builtin table[] = {
      {.name = "tostream",
       .meaning = "the input as a stream of [path, leaf] and [path]",
       .definition = "def tostream: path(def r: (.[]? | r), .; r) as $path | getpath($path) "
                     "| reduce path(.[]?) as $step ([$path, .]; [$path + $step]);"},
      {.name = "fromstream",
       .arity = 1,
       .meaning = "the values of such a stream",
       .definition = "def fromstream(f): {x: null, e: false} as $begin "
                     "| foreach f as $event ($begin; if .e then $begin else . end "
                     "| if $event | length == 2 "
                     "then setpath([\"e\"]; $event[0] | length == 0) | setpath([\"x\"] + $event[0]; $event[1]) "
                     "else setpath([\"e\"]; $event[0] | length == 1) end; "
                     "if .e then .x else empty end);"},
      {.name = "truncate_stream",
       .arity = 1,
       .meaning = "a stream without the first keys of its paths, as many as the input says",
       .definition = "def truncate_stream(f): . as $depth | null | f | . as $event "
                     "| if (.[0] | length) > $depth then setpath([0]; $event[0][$depth:]) else empty end;"},
  };
  return table;
}

}  // namespace flowrun::expr
