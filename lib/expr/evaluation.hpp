#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <new>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/time.hpp"
#include "expr/stack.hpp"
#include "record/arena.hpp"
#include "record/value.hpp"

namespace flowrun::expr {

class Node;
class RegexCache;
struct Frame;
struct Function;

/// Lists of values under construction. They end in the reverse order of their beginning, so the n-th that is open uses the
/// n-th list, whose room is kept from one evaluation to the next.
struct Gatherings {
  std::deque<std::vector<Value>> lists;
  std::size_t open = 0;
};

/// A step of the path that led to a value, linked to the steps before it. Lives on the stack of whoever took the step.
struct Path {
  const Path* before = nullptr;
  Value key;

  static const Path root;    // `.` itself
  static const Path broken;  // the value was computed: no path leads to it
};

/// A value on its way through the tree, with its path where somebody asked for paths.
struct Item {
  Value value;
  const Path* path = nullptr;  // null: nobody asked

  bool tracked() const { return path != nullptr; }
};

/// What takes the outputs of a generator, one by one: a reference to a callable that outlives the call. False asks the
/// generator to stop; it then returns false itself at once.
class Emit {
 public:
  template <class F, class = std::enable_if_t<!std::is_same_v<std::decay_t<F>, Emit>>>
  Emit(F&& callable)  // NOLINT: implicit, as a parameter
      : object_(const_cast<void*>(static_cast<const void*>(&callable))), call_([](void* object, const Item& item) {
          return (*static_cast<std::remove_reference_t<F>*>(object))(item);
        }) {}
  bool operator()(const Item& item) const { return call_(object_, item); }

 private:
  void* object_;
  bool (*call_)(void*, const Item&);
};

/// Why an evaluation unwinds.
enum class Stop : std::uint8_t {
  none,
  error,      // `error` says which; `try` catches it
  exhausted,  // over budget or depth; nothing catches it
  leave,      // to the label `label`
};

inline constexpr std::size_t most_tail_arguments = 4;
/// Of values that are compared, printed or given out, and of paths.
inline constexpr std::size_t most_nesting = 10000;
/// Of values on the way: jq tells those that are too deep when they are used.
inline constexpr std::size_t most_made_nesting = 16384;

/// One evaluation: what it may use, what is left of its budget, and how it ends. Errors are values: a node that fails notes
/// the error here and returns nothing (from `one`) or false (from `each`).
struct Evaluation {
  Arena* arena = nullptr;
  std::span<const Value> variables;
  Time now{};
  RegexCache* regexes = nullptr;
  Gatherings* gatherings = nullptr;
  const std::function<void(std::string_view)>* print = nullptr;  // of `debug` and `stderr`

  std::uint64_t steps_left = 0;
  std::size_t most_bytes = 0;  // of the arena, what it held before included
  const char* lowest_stack = nullptr;
  std::uint32_t owner = 0;  // marks containers that this evaluation may change in their place
  Stop stop = Stop::none;
  std::uint64_t labels = 0;  // given out so far, in earlier evaluations too

  // A call in tail position does not recurse: it leaves what to call here, and the call around it goes round again.
  const Function* tail_function = nullptr;
  Value tail_input;
  Value tail_arguments[most_tail_arguments];

  Value error;
  std::uint64_t label = 0;

  bool stopped() const { return stop != Stop::none; }

  /// Ends with an error whose value is a text; returns nothing.
  Value fail(std::string_view message);
  Value fail_with(const Value& error_value);
  Value exhaust(std::string_view message);

  /// Counts a step of a loop or a call; false, and the evaluation stops, where the budget or the stack is used up.
  bool step() {
    if (steps_left == 0 || stack_is_low(lowest_stack) || (steps_left & 63) == 0) [[unlikely]]
      return step_slowly();
    --steps_left;
    return true;
  }
  /// The array or object with the depth that follows from its contents; nothing, and the evaluation stops, where that is
  /// too much: whoever walks over a value recurses.
  Value nested(const Value& container, std::size_t deepest_content) {
    if (deepest_content >= most_made_nesting) [[unlikely]]
      return refuse_nesting();
    return container.with_nesting(deepest_content + 1);
  }
  /// Whether `bytes` more may be allocated at once.
  bool has_room(std::size_t bytes);
  /// Whether somebody may walk over the whole value, to compare or print it; else the evaluation stops, with `too_deep` as an
  /// error that may be caught. A value of few bytes may be an endless tree: `reduce range(64) as $i (1; [., .])`.
  bool can_walk(const Value& value, const char* too_deep = nullptr);
  /// Whether the whole value is small enough for a walk over it, however deep it is; else the evaluation stops.
  bool fits_as_tree(const Value& value);

 private:
  bool step_slowly();
  Value refuse_nesting();
  bool can_walk_deeply(const Value& value, const char* too_deep);
};

/// How deep a value is, as far as an expression has made it.
inline std::size_t nesting_of(const Value& value) { return value.kind() >= Kind::array ? value.nesting() : 0; }

/// The value, where nobody need ask whether it can be walked over; else nothing.
inline Value flat(const Value& value) { return nesting_of(value) < 2 ? value : Value(); }

// What was read is a tree, and an array of what was read is not much larger than its memory.
inline bool Evaluation::can_walk(const Value& value, const char* too_deep) {
  return nesting_of(value) < 2 || can_walk_deeply(value, too_deep);
}

/// A closure: an argument that is evaluated in the frame of the caller.
struct Closure {
  const Node* body = nullptr;
  Frame* frame = nullptr;
};

/// What an activation of a definition (or of the whole program) holds.
struct Frame {
  Evaluation& run;
  Frame* outer;  // of the definition around it
  Value* variables;
  const Closure* closures;
};

inline Frame& outer_frame(Frame& frame, std::size_t hops) {
  Frame* found = &frame;
  for (; hops > 0; --hops) found = found->outer;
  return *found;
}

/// A record that an expression makes of parts that are quick, as of Node.
class QuickRecord {
 public:
  /// Nothing where it is not that simple for this input; some memory may be lost then.
  virtual Value make(const Value& input, Arena& arena) const = 0;

 protected:
  ~QuickRecord() = default;
};

/// A part of a compiled expression. Immutable and shared by all workers.
class Node {
 public:
  explicit Node(bool single) : single_(single) {}
  virtual ~Node() = default;
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  /// At most one output, so `one` may be called.
  bool is_single() const { return single_; }

  /// Of a single node: its output; nothing where there is none, or where the evaluation has stopped.
  virtual Value one(Frame& frame, const Value& input) const;

  /// The same where it stands, if it is there already, else in `room`: values that are only looked at need no copy.
  virtual const Value& see(Frame& frame, const Value& input, Value& room) const {
    return *new (&room) Value(one(frame, input));
  }

  /// Of a single node: its output, where that takes nothing but the input and is flat. Nothing: not for this input, so ask `one`.
  /// Conditions of fields and numbers need no frame, no budget and no memory that way.
  virtual Value quick(const Value& input) const;
  /// Whether `quick` is worth a try.
  bool is_quick() const { return quick_; }
  /// Where it is quick and sees one field of its input alone: its name, which is inline; else null.
  virtual const Value* operand_field() const { return nullptr; }
  /// The same as `quick` then, of the field's value.
  virtual Value quick_of(const Value& field) const;
  /// Where it makes a record of such parts: that.
  virtual const QuickRecord* quick_record() const { return nullptr; }

  /// Of a single node: whether there is an output and it is neither false nor null.
  virtual bool is_true(Frame& frame, const Value& input) const { return one(frame, input).holds(); }

  /// Gives all outputs in order. False: the evaluation has stopped, or `emit` asked to. A node that is no path gives values
  /// with a broken path where paths are asked for. By default: the output of `one`.
  virtual bool each(Frame& frame, const Item& input, Emit emit) const;

  /// Of a single node: the items of its output, one by one, where nobody asks for paths. By default it makes the output as a
  /// whole. False as of `each`.
  virtual bool each_item(Frame& frame, const Value& input, Emit emit) const;

  /// Its output is its input.
  virtual bool is_identity() const { return false; }

  /// The value, where it does not depend on anything.
  virtual const Value* constant() const { return nullptr; }
  /// The name, where the node is `.name` of every input that is an object, and the name is inline.
  virtual const Value* field() const { return nullptr; }

 protected:
  /// Once, by the constructor: asked again and again, deep trees would take forever.
  void set_quick(bool quick) { quick_ = quick; }

 private:
  bool single_;
  bool quick_ = false;
};

/// What a computed value becomes: with a broken path where paths are asked for, unless it is the input itself.
inline Item computed(const Item& input, const Value& value) {
  if (!input.tracked()) return {value, nullptr};
  return {value, value.same_bits(input.value) ? input.path : &Path::broken};
}

/// The same item with a path that stays when the links on the stack that it came with are gone.
Item kept_item(Evaluation& run, const Item& item);

/// A list of values under construction, of which an array can be made.
class Gathering {
 public:
  explicit Gathering(Evaluation& run);
  ~Gathering();
  Gathering(const Gathering&) = delete;
  Gathering& operator=(const Gathering&) = delete;

  void add(const Value& value) { list_.push_back(value); }
  std::size_t size() const { return list_.size(); }
  std::span<Value> values() { return list_; }
  /// An array of them in the evaluation's arena; nothing where there is no room.
  Value array();

 private:
  Evaluation& run_;
  std::vector<Value>& list_;
};

}  // namespace flowrun::expr
