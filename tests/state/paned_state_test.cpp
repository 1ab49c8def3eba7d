#include "state/paned_state.hpp"

#include <catch2/catch.hpp>
#include <map>

#include "state/keyed_states.hpp"
#include "state/typed_state.hpp"

using namespace flowrun;
using state::Change;
using state::PanedState;

namespace {

struct Text {
  std::string text;
  void encode(std::string& out) const { out += text; }
  bool decode(std::string_view bytes) {
    text = bytes;
    return true;
  }
  void merge(Text&& later) { text += later.text; }
};

Time pane(int number) { return Time(std::chrono::minutes(number)); }

void put(PanedState& panes, int number, const std::string& group, const std::string& text) {
  state::KeyedState& groups = panes.open(pane(number));
  state::KeyedState::Entry& entry = groups.find_or_create({group, group.size()});
  static_cast<Text*>(entry.state())->text = text;
  groups.touch(entry);
}

std::string text_of(const PanedState& panes, int number, const std::string& group) {
  const state::KeyedState* const groups = panes.find(pane(number));
  const state::KeyedState::Entry* const entry = groups != nullptr ? groups->find({group, group.size()}) : nullptr;
  return entry != nullptr ? static_cast<const Text*>(entry->state())->text : "none";
}

}  // namespace

TEST_CASE("a group has a state in each pane") {
  state::KeyedStates states;
  PanedState& panes = states.open_panes("texts", std::make_shared<state::LayoutOf<Text>>());
  put(panes, 1, "a", "one");
  put(panes, -1, "a", "before");
  put(panes, 1, "b", "other");
  CHECK(text_of(panes, 1, "a") == "one");
  CHECK(text_of(panes, -1, "a") == "before");
  CHECK(text_of(panes, 0, "a") == "none");
  CHECK(panes.panes().begin()->first == pane(-1));
  CHECK(states.groups() == 3);
}

TEST_CASE("a closed pane leaves nothing behind") {
  state::KeyedStates states;
  PanedState& panes = states.open_panes("texts", std::make_shared<state::LayoutOf<Text>>());
  put(panes, 0, "a", "stays");
  const std::size_t before = states.bytes();
  for (int group = 0; group < 5000; ++group) put(panes, 1, std::string(20, 'g') + std::to_string(group), "goes");
  CHECK(states.bytes() > before + 100'000);
  panes.close(pane(1));
  CHECK(states.bytes() == before);
  CHECK(states.groups() == 1);
}

TEST_CASE("changes of panes restore them, and a closed pane is one change") {
  state::KeyedStates states, restored;
  PanedState& panes = states.open_panes("texts", std::make_shared<state::LayoutOf<Text>>());
  PanedState& copies = restored.open_panes("texts", std::make_shared<state::LayoutOf<Text>>());
  states.track_changes();
  int closed = 0, changed = 0;
  const auto carry_over = [&] {
    states.take_changes([&](const std::string& name, const Change& change) {
      if (change.pane_closed) {
        copies.close(change.pane);
        ++closed;
      } else {
        CHECK(restored.restore(name, {change.group, change.hash}, change.state, change.pane).ok());
        ++changed;
      }
    });
  };
  put(panes, 1, "a", "one");
  put(panes, 1, "b", "two");
  put(panes, 2, "a", "three");
  carry_over();
  CHECK(changed == 3);
  put(panes, 2, "a", "four");
  panes.close(pane(1));
  carry_over();
  CHECK(changed == 4);
  CHECK(closed == 1);
  CHECK(text_of(copies, 2, "a") == "four");
  CHECK(restored.groups() == 1);
}
