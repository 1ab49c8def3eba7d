#include "state/keyed_state.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <new>
#include <tsl/robin_set.h>
#include <utility>

namespace flowrun::state {
namespace {

using Entry = KeyedState::Entry;

// Groups are short: eight bytes at a time, the last ones once more, is quicker than a call.
bool same_bytes(std::string_view left, std::string_view right) {
  if (left.size() != right.size()) return false;
  if (left.size() < 8) return left == right;
  const auto differ = [&](std::size_t at) {
    std::uint64_t left_bytes = 0, right_bytes = 0;
    std::memcpy(&left_bytes, left.data() + at, 8);
    std::memcpy(&right_bytes, right.data() + at, 8);
    return left_bytes != right_bytes;
  };
  for (std::size_t at = 0; at + 8 <= left.size(); at += 8)
    if (differ(at)) return false;
  return !differ(left.size() - 8);
}

// The hash stands beside the pointer, so that probing and growing touch no entry.
struct Slot {
  std::uint64_t hash;
  Entry* entry;
};

// The low bits of the hash choose the worker, so on one worker they are nearly the same: the table goes by the others.
struct SlotHash {
  static std::size_t of(std::uint64_t hash) { return std::rotl(hash, 32); }
  std::size_t operator()(const Slot& slot) const { return of(slot.hash); }
};

struct SlotEqual {
  using is_transparent = void;
  struct Sought {
    const KeyedState* state;
    const Group* group;
  };
  bool operator()(const Slot& left, const Slot& right) const { return left.entry == right.entry; }
  bool operator()(const Sought& sought, const Slot& slot) const {
    return slot.hash == sought.group->hash && same_bytes(sought.state->group(*slot.entry), sought.group->bytes);
  }
  bool operator()(const Slot& slot, const Sought& sought) const { return (*this)(sought, slot); }
};

constexpr std::size_t aligned(std::size_t bytes) { return (bytes + 7) & ~std::size_t{7}; }

// The first 8 bytes of a group as a number that orders as they do, so that sorting seldom looks further.
std::uint64_t prefix_of(std::string_view group) {
  std::uint64_t prefix = 0;
  for (std::size_t index = 0; index < 8; ++index)
    prefix = prefix << 8 | (index < group.size() ? static_cast<unsigned char>(group[index]) : 0u);
  return prefix;
}

}  // namespace

struct KeyedState::Table {
  tsl::robin_set<Slot, SlotHash, SlotEqual> slots;
};

KeyedState::KeyedState(std::string name, std::shared_ptr<const Layout> layout)
    : name_(std::move(name)),
      layout_(std::move(layout)),
      state_bytes_(aligned(layout_->size())),
      table_(std::make_unique<Table>()) {}

KeyedState::~KeyedState() {
  for (const Slot& slot : table_->slots) destroy(*slot.entry);
}

std::size_t KeyedState::entry_bytes(std::size_t group_bytes) const {
  return sizeof(Entry) + state_bytes_ + group_bytes;
}

KeyedState::Entry* KeyedState::find(const Group& group) const {
  const auto found = table_->slots.find(SlotEqual::Sought{this, &group}, SlotHash::of(group.hash));
  return found != table_->slots.end() ? found->entry : nullptr;
}

KeyedState::Entry& KeyedState::find_or_create(const Group& group) {
  if (Entry* const entry = find(group); entry != nullptr) return *entry;
  void* const memory = pool_.allocate(entry_bytes(group.bytes.size()));
  auto* const entry = ::new (memory) Entry(group.hash, group.bytes.size());
  layout_->create(entry->state());
  if (!group.bytes.empty())
    std::memcpy(static_cast<char*>(entry->state()) + state_bytes_, group.bytes.data(), group.bytes.size());
  table_->slots.insert(Slot{group.hash, entry});
  return *entry;
}

void KeyedState::destroy(Entry& entry) {
  layout_->destroy(entry.state());
  pool_.release(&entry, entry_bytes(entry.group_bytes_));
}

void KeyedState::erase(Entry& entry) {
  if (tracking_) list_as_erased(entry);
  const Group sought{group(entry), entry.hash_};
  table_->slots.erase(table_->slots.find(SlotEqual::Sought{this, &sought}, SlotHash::of(entry.hash_)));
  destroy(entry);
}

void KeyedState::list_as_erased(const Entry& entry) {
  if (entry.change_ != 0) changed_[entry.change_ - 1] = nullptr;
  erased_.push_back({std::string(group(entry)), entry.hash_});
}

void KeyedState::clear() {
  for (const Slot& slot : table_->slots) {
    if (tracking_) list_as_erased(*slot.entry);
    destroy(*slot.entry);
  }
  table_->slots.clear();
  pool_.clear();
  owned_bytes_ = 0;
}

std::size_t KeyedState::size() const { return table_->slots.size(); }

std::size_t KeyedState::bytes() const {
  constexpr std::size_t bucket_bytes = sizeof(Slot) + 8;
  return pool_.bytes() + owned_bytes_ + table_->slots.size() * bucket_bytes;
}

std::vector<KeyedState::Entry*> KeyedState::entries() const {
  std::vector<Entry*> all;
  all.reserve(size());
  for (const Slot& slot : table_->slots) all.push_back(slot.entry);
  return all;
}

std::vector<KeyedState::Entry*> KeyedState::sorted_entries() const {
  std::vector<std::pair<std::uint64_t, Entry*>> order;
  order.reserve(size());
  for (const Slot& slot : table_->slots) order.emplace_back(prefix_of(group(*slot.entry)), slot.entry);
  std::sort(order.begin(), order.end(), [this](const auto& left, const auto& right) {
    if (left.first != right.first) return left.first < right.first;
    return group(*left.second) < group(*right.second);
  });
  std::vector<Entry*> sorted;
  sorted.reserve(order.size());
  for (const auto& [prefix, entry] : order) sorted.push_back(entry);
  return sorted;
}

void KeyedState::touch(Entry& entry) {
  if (!tracking_ || entry.change_ != 0) return;
  changed_.push_back(&entry);
  entry.change_ = static_cast<std::uint32_t>(changed_.size());
}

void KeyedState::take_changes(const std::function<void(const Change&)>& sink) {
  for (const Erased& erased : erased_) sink({erased.group, erased.hash, true, {}});
  std::string encoded;
  for (Entry* const entry : changed_) {
    if (entry == nullptr) continue;
    entry->change_ = 0;
    encoded.clear();
    layout_->encode(entry->state(), encoded);
    sink({group(*entry), entry->hash_, false, encoded});
  }
  erased_.clear();
  changed_.clear();
}

Status KeyedState::restore(const Group& group, std::string_view state) {
  if (Entry* const known = find(group); known != nullptr) erase(*known);
  Entry& entry = find_or_create(group);
  if (Status decoded = layout_->decode(state, entry.state()); !decoded.ok()) {
    erase(entry);
    return decoded;
  }
  grow(static_cast<std::ptrdiff_t>(layout_->owned_bytes(entry.state())));
  return success();
}

}  // namespace flowrun::state
