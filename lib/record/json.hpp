#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "record/arena.hpp"
#include "record/projection.hpp"
#include "record/value.hpp"

namespace flowrun {

/// What is wrong with a text that should be JSON, and at which byte of it.
struct JsonFault {
  std::string message;
  std::size_t offset = 0;
};

/// Reads JSON texts into values. Every byte is checked, whether its field is in the projection or not: grammar, UTF-8,
/// nesting (at most 10 000), nothing behind the value. The last of duplicate keys wins. Keeps its buffers between
/// calls; one thread at a time.
class JsonReader {
 public:
  /// Bytes that must be readable behind a text that is read in place.
  static constexpr std::size_t padding = 64;
  static constexpr std::size_t most_nesting = 10000;

  /// `projection` is what is read of each text.
  explicit JsonReader(const Projection& projection = Projection::everything());
  ~JsonReader();

  /// `text` is one JSON value, with white space around it. `padding` bytes behind it must be readable (any content).
  /// Values point into `text` and `arena`, so both must outlive them.
  Result<Value, JsonFault> read_in_place(std::string_view text, Arena& arena);
  /// The same for any text; values point into `arena` alone.
  Result<Value, JsonFault> read(std::string_view text, Arena& arena);

  /// Makes ready to read the lines of a block, one JSON value a line: much of the work is done for all of them at once.
  /// `padding` bytes behind the block must be readable.
  void begin_lines(std::string_view block);
  /// Reads a line of that block, which is not blank; lines come in their order, and each at most once. As read_in_place.
  Result<Value, JsonFault> read_line(std::string_view line, Arena& arena);

 private:
  struct Buffers;
  std::unique_ptr<Buffers> buffers_;
};

/// Appends `value` as compact JSON: numbers as the language prints them, `digits` as they are, no white space.
void write_json(const Value& value, std::string& out);
/// The same, but no more than a little over `bytes` of it, in time and memory that depend on `bytes` alone; for messages.
void write_json_start(const Value& value, std::size_t bytes, std::string& out);
/// The same, whole, but with jq's note `<skipped: too deep>` for each item and member that is deeper than `levels`.
void write_json_levels(const Value& value, std::size_t levels, std::string& out);
/// The same with jq's layout: `indent` blanks a level (a tab where `tab`), and keys sorted where asked.
struct JsonLayout {
  int indent = 0;
  bool tab = false;
  bool sort_keys = false;
};
void write_json(const Value& value, const JsonLayout& layout, std::string& out);
/// Appends the shortest digits that read back as `number`, plain for decimal exponents from -5 to 16, else as 1e+17.
/// Not a number prints as null, the infinities as the largest doubles, as jq does.
void write_number(double number, std::string& out);

}  // namespace flowrun
