#include "operators/aggregate/group_layout.hpp"

#include <algorithm>
#include <utility>

namespace flowrun {

GroupLayout::GroupLayout(std::vector<std::shared_ptr<const Accumulator>> accumulators)
    : accumulators_(std::move(accumulators)),
      size_(sizeof(GroupHeader)),
      owns_memory_(std::any_of(accumulators_.begin(), accumulators_.end(),
                               [](const auto& accumulator) { return accumulator->owns_memory(); })) {
  for (const auto& accumulator : accumulators_) {
    offsets_.push_back(size_);
    size_ += (accumulator->size() + 7) & ~std::size_t{7};
  }
}

void GroupLayout::create(void* state) const {
  ::new (state) GroupHeader;
  for (std::size_t index = 0; index < accumulators_.size(); ++index) accumulators_[index]->create(part(state, index));
}

void GroupLayout::destroy(void* state) const {
  if (!owns_memory_) return;
  for (std::size_t index = 0; index < accumulators_.size(); ++index) accumulators_[index]->destroy(part(state, index));
}

void GroupLayout::copy(const void* from, void* state) const {
  ::new (state) GroupHeader(*static_cast<const GroupHeader*>(from));
  for (std::size_t index = 0; index < accumulators_.size(); ++index)
    accumulators_[index]->copy(part(from, index), part(state, index));
}

void GroupLayout::encode(const void* state, std::string& out) const {
  state::put(*static_cast<const GroupHeader*>(state), out);
  for (std::size_t index = 0; index < accumulators_.size(); ++index)
    accumulators_[index]->encode(part(state, index), out);
}

Status GroupLayout::decode(std::string_view bytes, void* state) const {
  state::Reader reader(bytes);
  header(state) = reader.take<GroupHeader>();
  for (std::size_t index = 0; index < accumulators_.size(); ++index)
    accumulators_[index]->decode(reader, part(state, index));
  if (!reader.complete()) return Error{"damaged state of an aggregate"};
  return success();
}

void GroupLayout::merge(void* state, void* later) const {
  header(state).latest = std::max(header(state).latest, header(later).latest);
  for (std::size_t index = 0; index < accumulators_.size(); ++index)
    accumulators_[index]->merge(part(state, index), part(later, index));
}

std::size_t GroupLayout::owned_bytes(const void* state) const {
  if (!owns_memory_) return 0;
  std::size_t bytes = 0;
  for (std::size_t index = 0; index < accumulators_.size(); ++index)
    bytes += accumulators_[index]->owned_bytes(part(state, index));
  return bytes;
}

}  // namespace flowrun
