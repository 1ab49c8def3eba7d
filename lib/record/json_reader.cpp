#include <algorithm>
#include <cstring>
#include <fmt/format.h>

#include "base/utf8.hpp"
#include "record/field_table.hpp"
#include "record/json.hpp"
#include "record/json_walk.hpp"
#include "record/structural_index.hpp"

namespace flowrun {
namespace {

// Where the strings of a text begin to go wrong: the index knows that they do, but not where.
JsonFault fault_in_strings(std::string_view text) {
  std::size_t opened = text.npos;
  for (std::size_t position = 0; position < text.size(); ++position) {
    const char character = text[position];
    if (opened == text.npos) {
      if (character == '"') opened = position;
    } else if (character == '"') {
      opened = text.npos;
    } else if (character == '\\' && position + 1 < text.size() &&
               static_cast<unsigned char>(text[position + 1]) >= 0x20) {
      ++position;
    } else if (static_cast<unsigned char>(character) < 0x20) {
      return {fmt::format("a string holds the control character 0x{:02X}", character), position};
    }
  }
  return {"a string is not closed", opened != text.npos ? opened : text.size()};
}

bool has_backslash(std::string_view text) { return text.find('\\') != text.npos; }

JsonFault describe(StructuralIndex::Fault fault, std::string_view text) {
  switch (fault) {
    case StructuralIndex::Fault::empty:
      return {"there is no value", text.size()};
    case StructuralIndex::Fault::too_long:
      return {"the text is longer than 4 GiB", 0};
    case StructuralIndex::Fault::not_utf8:
      return {"the text is not UTF-8", valid_utf8(text)};
    default:
      return fault_in_strings(text);
  }
}

}  // namespace

struct JsonReader::Buffers {
  explicit Buffers(const Projection& projection) : fields(projection) {}

  FieldTable fields;
  StructuralIndex index;
  JsonWalk walk;

  // Of lines that are read: their block, where it has an index of its own, and the position behind the last line read.
  std::string_view block;
  bool block_is_indexed = false;
  bool block_has_escapes = false;
  const std::uint32_t* next = nullptr;
  std::size_t positions_of_line = 0;
};

JsonReader::JsonReader(const Projection& projection) : buffers_(std::make_unique<Buffers>(projection)) {}
JsonReader::~JsonReader() = default;

Result<Value, JsonFault> JsonReader::read_in_place(std::string_view text, Arena& arena) {
  Buffers& buffers = *buffers_;
  const StructuralIndex::Fault fault = buffers.index.build(text);
  if (fault != StructuralIndex::Fault::none) return describe(fault, text);
  const std::uint32_t* const positions = buffers.index.positions();
  const JsonWalk::Text whole{text.data(), text, positions, positions + buffers.index.size(), has_backslash(text)};
  if (!buffers.walk.run(whole, buffers.fields, arena)) return std::move(buffers.walk.fault());
  return buffers.walk.result();
}

Result<Value, JsonFault> JsonReader::read(std::string_view text, Arena& arena) {
  char* const copy = static_cast<char*>(arena.allocate(text.size() + padding));
  if (!text.empty()) std::memcpy(copy, text.data(), text.size());
  std::memset(copy + text.size(), 0, padding);
  return read_in_place({copy, text.size()}, arena);
}

// A string that is not closed in its line goes on in the next one for the index, which then finds a newline in it: so the
// index of a block is right for all its lines or says that there is a fault. Where there is one each line gets its own.
void JsonReader::begin_lines(std::string_view block) {
  Buffers& buffers = *buffers_;
  buffers.block = block;
  buffers.block_is_indexed = buffers.index.build(block) == StructuralIndex::Fault::none;
  buffers.block_has_escapes = buffers.block_is_indexed && has_backslash(block);
  buffers.next = buffers.index.positions();
}

Result<Value, JsonFault> JsonReader::read_line(std::string_view line, Arena& arena) {
  Buffers& buffers = *buffers_;
  if (!buffers.block_is_indexed) return read_in_place(line, arena);
  const auto line_end = static_cast<std::uint32_t>(line.data() + line.size() - buffers.block.data());
  // Most lines have as many positions as the one before.
  const std::uint32_t* const last = buffers.index.positions() + buffers.index.size();
  const std::uint32_t* const first = buffers.next;
  const std::uint32_t* end =
      first + std::min<std::size_t>(buffers.positions_of_line, static_cast<std::size_t>(last - first));
  while (end != first && end[-1] >= line_end) --end;
  while (end != last && *end < line_end) ++end;
  buffers.next = end;
  buffers.positions_of_line = static_cast<std::size_t>(end - first);
  const bool has_escapes = buffers.block_has_escapes && has_backslash(line);
  if (!buffers.walk.run({buffers.block.data(), line, first, end, has_escapes}, buffers.fields, arena))
    return std::move(buffers.walk.fault());
  return buffers.walk.result();
}

}  // namespace flowrun
