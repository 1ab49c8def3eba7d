#include "expr/builtins.hpp"
#include "expr/operations.hpp"

namespace flowrun::expr {
namespace {

// fromstream(f): puts leaves at their paths until a top-level value is whole, in its place.
class FromStream final : public Node {
 public:
  explicit FromStream(const Node* events) : Node(false), events_(events) {}

  bool each(Frame& frame, const Item& input, Emit emit) const override {
    Value whole = Value::null();
    return events_->each(frame, {input.value, nullptr}, [&](const Item& event) {
      const Ending ending = take(frame.run, event.value, whole);
      if (ending != Ending::whole) return ending == Ending::open && frame.run.step();
      share(frame.run, whole);
      const Value done = whole;
      whole = Value::null();
      return frame.run.step() && emit(computed(input, done));
    });
  }

 private:
  enum class Ending { open, whole, error };

  // An event is [path, leaf], or [path] where the container around the path's end is whole.
  static Ending take(Evaluation& run, const Value& event, Value& whole) {
    const Value size = length(run, event);
    const Value path = size.is_nothing() ? size : index(run, event, Value::integer(0));
    const Value depth = path.is_nothing() ? path : length(run, path);
    if (depth.is_nothing()) return Ending::error;
    if (order(size, Value::integer(2)) != 0) return order(depth, Value::integer(1)) == 0 ? Ending::whole : Ending::open;
    const Value leaf = index(run, event, Value::integer(1));
    share(run, leaf);
    Value* const root = new_items(*run.arena, 1);
    root[0] = Value::text("x");  // as jq calls it in the message for what is no path
    const Value full = add(run, Value::array(root, 1), path);
    if (full.is_nothing()) return Ending::error;
    whole = set_path(run, whole, full.items().subspan(1), leaf);
    if (whole.is_nothing()) return Ending::error;
    return order(depth, Value::integer(0)) == 0 ? Ending::whole : Ending::open;
  }

  const Node* events_;
};

}  // namespace

std::span<const Builtin> stream_builtins() {
  static const Builtin table[] = {
      {.name = "tostream",
       .meaning = "the input as a stream of [path, leaf] and [path]",
       .definition = "def tostream: path(def r: (.[]? | r), .; r) as $path | getpath($path) "
                     "| reduce path(.[]?) as $step ([$path, .]; [$path + $step]);"},
      {.name = "fromstream",
       .arity = 1,
       .meaning = "the values of such a stream",
       .factory = [](const auto& arguments) -> NodePtr { return std::make_unique<FromStream>(arguments[0]); }},
      {.name = "truncate_stream",
       .arity = 1,
       .meaning = "a stream without the first keys of its paths, as many as the input says",
       .definition = "def truncate_stream(f): . as $depth | null | f | . as $event "
                     "| if (.[0] | length) > $depth then setpath([0]; $event[0][$depth:]) else empty end;"},
  };
  return table;
}

}  // namespace flowrun::expr
