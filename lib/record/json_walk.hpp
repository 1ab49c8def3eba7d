#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "record/arena.hpp"
#include "record/json.hpp"
#include "record/projection.hpp"
#include "record/structural_index.hpp"
#include "record/value.hpp"

namespace flowrun {

/// One pass over the structural index of a text: checks all of it, and makes values of what the projection reads.
/// Without recursion, so nesting costs no stack. Keeps its memory from text to text.
class JsonWalk {
 public:
  /// Walks `text`, whose index has at least one position. True: `result()` is its value, else `fault()` says why not.
  /// Up to 16 bytes behind the text are read.
  bool run(std::string_view text, const StructuralIndex& index, const Projection& projection, Arena& arena);

  const Value& result() const { return values_.front(); }
  JsonFault& fault() { return fault_; }

 private:
  /// A container that is open.
  struct Frame {
    const Projection* keep;  // what is read of it; null: nothing, it is only checked
    std::size_t start;       // where its items, or its members as pairs of values, begin in `values_`
    bool is_object;

    char opening_bracket() const { return is_object ? '{' : '['; }
    char closing_bracket() const { return is_object ? '}' : ']'; }
  };

  char character() const { return text_[*next_]; }
  bool at_container() const { return character() == '{' || character() == '['; }
  std::string_view token() const;
  std::string_view string_token() const;

  bool value(const Projection* keep);
  bool scalar(bool keep);
  bool atom(std::string_view name, const Value& value, bool keep);
  bool number(bool keep);
  bool string(bool keep);
  bool open(const Projection* keep);
  bool items();
  bool members();
  bool member(const Projection& object, const Projection*& keep);
  bool key(Value& name);
  bool close();
  void finish(const Frame& frame);
  Value object_from(std::size_t start);

  [[gnu::cold]] bool fail(std::string message);
  [[gnu::cold]] bool fail_at(std::size_t offset, std::string message);
  [[gnu::cold]] bool fail_open_end();
  [[gnu::cold]] bool fail_expecting(std::string_view expected);

  const char* text_ = nullptr;
  const std::uint32_t* next_ = nullptr;
  const std::uint32_t* end_ = nullptr;
  Arena* arena_ = nullptr;
  std::vector<Frame> frames_;
  std::vector<Value> values_;
  JsonFault fault_;
};

}  // namespace flowrun
