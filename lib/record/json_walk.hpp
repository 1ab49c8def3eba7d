#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "record/arena.hpp"
#include "record/field_table.hpp"
#include "record/json.hpp"
#include "record/value.hpp"

namespace flowrun {

/// One pass over the structural index of a text: checks all of it, and makes values of what is read. Without recursion, so
/// nesting costs no stack. Keeps its memory from text to text.
class JsonWalk {
 public:
  /// A text and its part of a structural index, at least one position; behind the last one stands one more, beyond the text.
  struct Text {
    const char* start;  // what positions count from
    std::string_view text;
    const std::uint32_t* first;
    const std::uint32_t* end;
    bool has_escapes;  // there is a backslash in the text
  };
  /// True: `result()` is the value of the text, else `fault()` says why it has none. Up to 16 bytes behind the text are
  /// read. `root` must outlive the call.
  bool run(const Text& text, FieldTable& root, Arena& arena);

  const Value& result() const { return stack_.front(); }
  JsonFault& fault() { return fault_; }

 private:
  /// A container that is open.
  struct Frame {
    FieldTable* keep;   // what is read of it; null: nothing, it is only checked
    std::size_t start;  // where its items, or its members as pairs of values, begin on the stack
    bool is_object;
    bool may_repeat = false;  // two of its keys may be the same
    std::uint64_t seen = 0;   // a bit for each key so far
    std::size_t members = 0;

    char opening_bracket() const { return is_object ? '{' : '['; }
    char closing_bracket() const { return is_object ? '}' : ']'; }
  };
  /// Where the walk stands. The loops have it in a variable of their own: as a member it would be written to memory, and
  /// read again, at every token.
  struct Cursor {
    const char* text;
    const std::uint32_t* next;
    Value* top;  // behind the last value on the stack

    char character() const { return text[*next]; }
    bool at_container() const { return character() == '{' || character() == '['; }
    std::string_view token() const;
    std::string_view string_token() const;
  };

  // What is not inlined takes a cursor by value, or `at_`: the address of one that is in registers must not be taken.
  bool scalar(Cursor& at, bool keep);
  bool atom(Cursor& at, bool keep);
  bool string(Cursor& at, bool keep);
  Cursor string_with_escapes(Cursor at, bool keep);
  [[gnu::cold]] void set_stack_size();
  [[gnu::cold]] Cursor with_larger_stack(Cursor at);
  [[gnu::cold]] void make_frames();
  bool open(FieldTable* keep);
  bool items();
  bool members();
  bool key(Cursor& at, Frame& object, FieldTable*& keep);
  const FieldTable::Found& look_up(Cursor at, const Frame& object);
  bool close();
  void finish(const Frame& frame);
  Value object_from(const Frame& frame, std::size_t size);
  Value object_of_distinct(Member* members, std::size_t size);
  Frame& innermost() { return frames_[open_frames_ - 1]; }

  /// `position` counts from `Text::start`.
  [[gnu::cold]] bool fail(std::size_t position, std::string message);
  [[gnu::cold]] bool fail_open_end();
  [[gnu::cold]] bool fail_too_deep();
  [[gnu::cold]] bool fail_unclosed();
  [[gnu::cold]] bool fail_expecting(Cursor at, std::string_view expected);

  Cursor at_{};
  const Text* text_ = nullptr;
  bool has_escapes_ = false;
  Arena* arena_ = nullptr;
  std::vector<Frame> frames_;  // room for them
  std::size_t open_frames_ = 0;
  std::vector<Value> stack_;  // values whose container is still open; used up to the cursor's top
  Value* stack_end_ = nullptr;
  FieldTable::Found looked_up_;
  JsonFault fault_;
};

}  // namespace flowrun
