#include "record/structural_index.hpp"

#include <algorithm>
#include <new>
#include <simdjson.h>

namespace flowrun {
namespace {

using Implementation = simdjson::internal::dom_parser_implementation;

// An index takes four bytes per byte of text at worst, so what a giant has needed is given back.
constexpr std::size_t usual_capacity = 256 * 1024;
constexpr std::size_t giant_capacity = 1024 * 1024;

StructuralIndex::Fault fault_of(simdjson::error_code code) {
  using Fault = StructuralIndex::Fault;
  switch (code) {
    case simdjson::SUCCESS:
      return Fault::none;
    case simdjson::EMPTY:
      return Fault::empty;
    case simdjson::UNESCAPED_CHARS:
      return Fault::control_character;
    case simdjson::UNCLOSED_STRING:
      return Fault::unclosed_string;
    case simdjson::UTF8_ERROR:
      return Fault::not_utf8;
    default:
      throw std::bad_alloc();
  }
}

}  // namespace

struct StructuralIndex::Stage {
  std::unique_ptr<Implementation> implementation;
};

StructuralIndex::StructuralIndex() : stage_(std::make_unique<Stage>()) {
  fault_of(simdjson::get_active_implementation()->create_dom_parser_implementation(usual_capacity, 1,
                                                                                   stage_->implementation));
}

StructuralIndex::~StructuralIndex() = default;

StructuralIndex::Fault StructuralIndex::build(std::string_view text) {
  if (text.size() > most_bytes) return Fault::too_long;
  Implementation& implementation = *stage_->implementation;
  if (text.size() > implementation.capacity())
    fault_of(implementation.set_capacity(std::max(text.size(), 2 * implementation.capacity())));
  else if (implementation.capacity() > giant_capacity && text.size() <= usual_capacity)
    fault_of(implementation.set_capacity(usual_capacity));

  const Fault fault = fault_of(implementation.stage1(reinterpret_cast<const std::uint8_t*>(text.data()), text.size(),
                                                     simdjson::stage1_mode::regular));
  positions_ = implementation.structural_indexes.get();
  size_ = implementation.n_structural_indexes;
  return fault;
}

}  // namespace flowrun
