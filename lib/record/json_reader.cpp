#include <cstring>
#include <fmt/format.h>

#include "record/json.hpp"
#include "record/json_walk.hpp"
#include "record/structural_index.hpp"
#include "record/utf8.hpp"

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
  StructuralIndex index;
  JsonWalk walk;
};

JsonReader::JsonReader() : buffers_(std::make_unique<Buffers>()) {}
JsonReader::~JsonReader() = default;

Result<Value, JsonFault> JsonReader::read_in_place(std::string_view text, const Projection& projection, Arena& arena) {
  const StructuralIndex::Fault fault = buffers_->index.build(text);
  if (fault != StructuralIndex::Fault::none) return describe(fault, text);
  if (!buffers_->walk.run(text, buffers_->index, projection, arena)) return std::move(buffers_->walk.fault());
  return buffers_->walk.result();
}

Result<Value, JsonFault> JsonReader::read(std::string_view text, Arena& arena) {
  char* const copy = static_cast<char*>(arena.allocate(text.size() + padding));
  if (!text.empty()) std::memcpy(copy, text.data(), text.size());
  std::memset(copy + text.size(), 0, padding);
  return read_in_place({copy, text.size()}, Projection::everything(), arena);
}

}  // namespace flowrun
