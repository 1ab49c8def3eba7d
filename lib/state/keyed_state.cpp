#include "state/keyed_state.hpp"

#include <algorithm>
#include <cstring>
#include <new>
#include <utility>

#include "state/change_log.hpp"

namespace flowrun::state {
namespace {

// A word at a time, the last bytes once more.
template <class Word>
bool same_words(const char* left, const char* right, std::size_t size) {
  const auto differ = [&](std::size_t at) {
    Word left_bytes = 0, right_bytes = 0;
    std::memcpy(&left_bytes, left + at, sizeof(Word));
    std::memcpy(&right_bytes, right + at, sizeof(Word));
    return left_bytes != right_bytes;
  };
  for (std::size_t at = 0; at + sizeof(Word) <= size; at += sizeof(Word))
    if (differ(at)) return false;
  return !differ(size - sizeof(Word));
}

// Groups are short, so this is quicker than a call.
bool same_bytes(std::string_view left, std::string_view right) {
  if (left.size() != right.size()) return false;
  if (left.size() >= 8) return same_words<std::uint64_t>(left.data(), right.data(), left.size());
  if (left.size() >= 4) return same_words<std::uint32_t>(left.data(), right.data(), left.size());
  return left == right;
}

constexpr std::size_t aligned(std::size_t bytes) { return (bytes + 7) & ~std::size_t{7}; }

// The first 8 bytes of a group as a number that orders as they do, so that sorting seldom looks further.
std::uint64_t prefix_of(std::string_view group) {
  std::uint64_t prefix = 0;
  for (std::size_t index = 0; index < 8; ++index)
    prefix = prefix << 8 | (index < group.size() ? static_cast<unsigned char>(group[index]) : 0u);
  return prefix;
}

}  // namespace

KeyedState::KeyedState(std::string name, std::shared_ptr<const Layout> layout)
    : name_(std::move(name)), layout_(std::move(layout)), state_bytes_(aligned(layout_->size())) {}

KeyedState::~KeyedState() {
  if (layout_->owns_memory() || has_large_entries_) table_.each([this](Entry& entry) { destroy(entry); });
}

std::size_t KeyedState::entry_bytes(std::size_t group_bytes) const {
  return sizeof(Entry) + state_bytes_ + group_bytes;
}

KeyedState::Entry* KeyedState::find(const Group& group) const {
  return table_.find(group.hash, [&](const Entry& entry) { return same_bytes(this->group(entry), group.bytes); });
}

KeyedState::Entry& KeyedState::find_or_create(const Group& group) {
  Entry* const entry = find(group);
  return entry != nullptr ? *entry : create(group);
}

// By itself, so that to find a group takes no more than that.
KeyedState::Entry& KeyedState::create(const Group& group) {
  const std::size_t bytes = entry_bytes(group.bytes.size());
  has_large_entries_ = has_large_entries_ || bytes > EntryPool::most_pooled;
  void* const memory = pool_.allocate(bytes);
  auto* const entry = ::new (memory) Entry(group.hash, group.bytes.size());
  layout_->create(entry->state());
  if (!group.bytes.empty())
    std::memcpy(static_cast<char*>(entry->state()) + state_bytes_, group.bytes.data(), group.bytes.size());
  table_.insert(group.hash, *entry);
  return *entry;
}

void KeyedState::destroy(Entry& entry) {
  layout_->destroy(entry.state());
  pool_.release(&entry, entry_bytes(entry.group_bytes_));
}

void KeyedState::erase(Entry& entry) {
  if (tracking_) list_as_erased(entry);
  table_.erase(entry.hash_, entry);
  destroy(entry);
}

void KeyedState::list_as_erased(const Entry& entry) {
  if (entry.change_ != 0) changed_[entry.change_ - 1] = nullptr;
  erased_.push_back({std::string(group(entry)), entry.hash_});
}

void KeyedState::clear() {
  table_.each([this](Entry& entry) {
    if (tracking_) list_as_erased(entry);
    destroy(entry);
  });
  table_.clear();
  pool_.clear();
  owned_bytes_ = 0;
}

std::size_t KeyedState::bytes() const { return pool_.bytes() + owned_bytes_ + table_.bytes(); }

std::vector<KeyedState::Entry*> KeyedState::entries() const {
  std::vector<Entry*> all;
  all.reserve(size());
  table_.each([&](Entry& entry) { all.push_back(&entry); });
  return all;
}

std::vector<KeyedState::Entry*> KeyedState::sorted_entries() const {
  std::vector<std::pair<std::uint64_t, Entry*>> order;
  order.reserve(size());
  table_.each([&](Entry& entry) { order.emplace_back(prefix_of(group(entry)), &entry); });
  std::sort(order.begin(), order.end(), [this](const auto& left, const auto& right) {
    if (left.first != right.first) return left.first < right.first;
    return group(*left.second) < group(*right.second);
  });
  std::vector<Entry*> sorted;
  sorted.reserve(order.size());
  for (const auto& [prefix, entry] : order) sorted.push_back(entry);
  return sorted;
}

void KeyedState::list_as_changed(Entry& entry) {
  if (entry.change_ != 0) return;
  changed_.push_back(&entry);
  entry.change_ = static_cast<std::uint32_t>(changed_.size());
}

void KeyedState::take_changes(ChangeLog& log, Time pane) {
  constexpr std::size_t ahead = 8;  // entries whose memory is loaded meanwhile
  for (const Erased& erased : erased_)
    log.add({.group = erased.group, .hash = erased.hash, .erased = true, .state = {}, .pane = pane});
  for (std::size_t index = 0; index < changed_.size(); ++index) {
    if (index + ahead < changed_.size()) __builtin_prefetch(changed_[index + ahead]);
    Entry* const entry = changed_[index];
    if (entry == nullptr) continue;
    entry->change_ = 0;
    log.add_state(group(*entry), entry->hash_, pane, [&](std::string& out) { layout_->encode(entry->state(), out); });
  }
  erased_.clear();
  changed_.clear();
}

void KeyedState::forget(Entry& entry) {
  grow(-static_cast<std::ptrdiff_t>(layout_->owned_bytes(entry.state())));
  erase(entry);
}

Status KeyedState::restore(const Group& group, std::string_view state) {
  if (Entry* const known = find(group); known != nullptr) forget(*known);
  Entry& entry = find_or_create(group);
  if (Status decoded = layout_->decode(state, entry.state()); !decoded.ok()) {
    erase(entry);
    return decoded;
  }
  grow(static_cast<std::ptrdiff_t>(layout_->owned_bytes(entry.state())));
  return success();
}

}  // namespace flowrun::state
