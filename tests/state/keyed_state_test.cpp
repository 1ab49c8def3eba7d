#include "state/keyed_state.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <random>

#include "record/group.hpp"
#include "state/keyed_states.hpp"
#include "state/typed_state.hpp"

using namespace flowrun;
using state::Change;
using state::KeyedState;

namespace {

// A count that refuses bytes of a wrong length, and knows how many of its kind are alive.
struct Count {
  static inline int alive = 0;
  std::int64_t count = 0;
  Count() { ++alive; }
  ~Count() { --alive; }
  void encode(std::string& out) const { out += std::to_string(count); }
  bool decode(std::string_view bytes) {
    if (bytes.empty() || bytes.find_first_not_of("0123456789") != bytes.npos) return false;
    count = std::stoll(std::string(bytes));
    return true;
  }
  void merge(Count&& later) { count += later.count; }
};

struct Key {
  explicit Key(const Value& value) {
    encode_group(value, bytes);
    group = {bytes, hash_group(bytes, 7)};
  }
  explicit Key(std::string_view text) : Key(Value::text(text)) {}
  std::string bytes;
  Group group;
};

std::shared_ptr<const state::Layout> count_layout() { return std::make_shared<state::LayoutOf<Count>>(); }
std::int64_t& count_of(KeyedState::Entry& entry) { return static_cast<Count*>(entry.state())->count; }

std::map<std::string, std::string> changes_of(KeyedState& state) {
  std::map<std::string, std::string> changes;
  state::ChangeLog log;
  state.take_changes(log);
  std::string_view rest = log.bytes();
  Change change{};
  while (!rest.empty()) {
    REQUIRE(state::ChangeLog::take(rest, change));
    changes[std::string(change.group)] = change.erased ? "erased" : std::string(change.state);
  }
  return changes;
}

}  // namespace

TEST_CASE("keyed state finds each group again, whatever its length") {
  KeyedState state("counts", count_layout());
  const std::vector<std::string> texts = {"", "a", "fourteen bytes", "sixteen bytes ...", std::string(5000, 'x')};
  std::int64_t next = 1;
  for (const std::string& text : texts) count_of(state.find_or_create(Key(text).group)) = next++;
  CHECK(state.size() == texts.size());
  next = 1;
  for (const std::string& text : texts) CHECK(count_of(*state.find(Key(text).group)) == next++);
  CHECK(state.find(Key("b").group) == nullptr);
}

TEST_CASE("keyed state keeps apart groups whose hashes are equal") {
  KeyedState state("counts", count_layout());
  count_of(state.find_or_create({"one", 42})) = 1;
  count_of(state.find_or_create({"two", 42})) = 2;
  CHECK(count_of(*state.find({"one", 42})) == 1);
  CHECK(count_of(*state.find({"two", 42})) == 2);
  CHECK(state.find({"three", 42}) == nullptr);
}

TEST_CASE("keyed state behaves like a map under random creation, change and erasure") {
  const auto seed = std::random_device()();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  {
    KeyedState state("counts", count_layout());
    std::map<std::string, std::int64_t> expected;
    for (int step = 0; step < 20000; ++step) {
      const Key key(std::string(random() % 40, 'k') + std::to_string(random() % 50));
      if (random() % 3 == 0) {
        if (KeyedState::Entry* const entry = state.find(key.group)) state.erase(*entry);
        expected.erase(key.bytes);
      } else {
        count_of(state.find_or_create(key.group)) += step;
        expected[key.bytes] += step;
      }
    }
    std::map<std::string, std::int64_t> found;
    for (KeyedState::Entry* const entry : state.entries()) found[std::string(state.group(*entry))] = count_of(*entry);
    CHECK(found == expected);
    CHECK(Count::alive == static_cast<int>(expected.size()));
  }
  CHECK(Count::alive == 0);
}

TEST_CASE("sorted entries come in jq's order of their groups") {
  KeyedState state("counts", count_layout());
  const std::vector<Value> order = {Value::null(),
                                    Value::boolean(false),
                                    Value::boolean(true),
                                    Value::integer(-7),
                                    Value::number(0.5),
                                    Value::integer(3),
                                    Value::text(""),
                                    Value::text("a"),
                                    Value::text("aaaaaaaaaaaaaaaaaaaaaaa"),
                                    Value::text("aaaaaaaaaaaaaaaaaaaaaab"),
                                    Value::text("b")};
  for (auto value = order.rbegin(); value != order.rend(); ++value) state.find_or_create(Key(*value).group);
  Arena arena;
  std::vector<Value> sorted;
  for (KeyedState::Entry* const entry : state.sorted_entries())
    sorted.push_back(decode_group(state.group(*entry), arena));
  CHECK(std::equal(sorted.begin(), sorted.end(), order.begin(), order.end(), equal));
}

TEST_CASE("a change is listed once, with the latest state, and not again") {
  KeyedState state("counts", count_layout());
  state.track_changes();
  const Key a("a"), b("b");
  for (int time = 0; time < 3; ++time) {
    KeyedState::Entry& entry = state.find_or_create(a.group);
    state.touch(entry);
    ++count_of(entry);
  }
  state.find_or_create(b.group);
  CHECK(changes_of(state) == std::map<std::string, std::string>{{a.bytes, "3"}});
  CHECK(changes_of(state).empty());
  state.touch(*state.find(a.group));
  CHECK(changes_of(state) == std::map<std::string, std::string>{{a.bytes, "3"}});
}

TEST_CASE("an erased group is listed as erased, whether it had changed or not") {
  KeyedState state("counts", count_layout());
  state.track_changes();
  const Key changed("changed"), unchanged("unchanged"), again("again");
  for (const Key* key : {&changed, &unchanged, &again}) state.find_or_create(key->group);
  state.touch(*state.find(changed.group));
  for (const Key* key : {&changed, &unchanged, &again}) state.erase(*state.find(key->group));
  state.touch(state.find_or_create(again.group));
  CHECK(changes_of(state) ==
        std::map<std::string, std::string>{{changed.bytes, "erased"}, {unchanged.bytes, "erased"}, {again.bytes, "0"}});
}

TEST_CASE("nothing is listed while nobody tracks changes") {
  KeyedState state("counts", count_layout());
  state.touch(state.find_or_create(Key("a").group));
  state.erase(*state.find(Key("a").group));
  CHECK(changes_of(state).empty());
}

TEST_CASE("clearing forgets all groups and lists them as erased") {
  KeyedState state("counts", count_layout());
  state.track_changes();
  const Key a("a");
  state.touch(state.find_or_create(a.group));
  state.clear();
  CHECK(state.size() == 0);
  CHECK(state.bytes() == 0);
  CHECK(Count::alive == 0);
  CHECK(changes_of(state) == std::map<std::string, std::string>{{a.bytes, "erased"}});
}

TEST_CASE("what was taken as changes restores the same state elsewhere") {
  state::KeyedStates original(7), restored(7);
  state::TypedState<Count> from(original, "counts"), to(restored, "counts");
  original.track_changes();
  for (int index = 0; index < 1000; ++index) from.change(Key(std::to_string(index)).group).count = index;
  from.erase(Key("5").group);
  original.take_changes([&](const std::string& name, const Change& change) {
    if (!change.erased) CHECK(restored.restore(name, {change.group, change.hash}, change.state).ok());
  });
  CHECK(restored.groups() == 999);
  CHECK(to.find(Key("5").group) == nullptr);
  for (int index = 6; index < 1000; ++index) CHECK(to.find(Key(std::to_string(index)).group)->count == index);
}

TEST_CASE("damaged bytes and unknown states are errors of restoring and leave no group") {
  state::KeyedStates states;
  state::TypedState<Count> counts(states, "counts");
  const Key a("a");
  CHECK(states.restore("counts", a.group, "x").error().message == "damaged state");
  CHECK(states.restore("sums", a.group, "1").error().message == "no state `sums`");
  CHECK(states.groups() == 0);
}

TEST_CASE("a log of changes gives back groups and states of any length") {
  state::ChangeLog log;
  for (const std::size_t size : {0, 1, 127, 128, 300, 20'000, 3'000'000})
    log.add_state(std::string(size, 'g'), size, Time(Duration(5)), [&](std::string& out) { out.append(size, 's'); });
  std::string_view rest = log.bytes();
  for (const std::size_t size : {0, 1, 127, 128, 300, 20'000, 3'000'000}) {
    Change change{};
    REQUIRE(state::ChangeLog::take(rest, change));
    CHECK((change.group == std::string(size, 'g') && change.hash == size && change.pane == Time(Duration(5)) &&
           !change.erased && change.state == std::string(size, 's')));
  }
  CHECK(rest.empty());
}
