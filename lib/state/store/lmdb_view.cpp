#include "state/store/lmdb_view.hpp"

#include <algorithm>
#include <limits>
#include <tuple>

#include "base/failure.hpp"
#include "os/file.hpp"
#include "state/store/fault_guard.hpp"
#include "state/store/live_state.hpp"
#include "state/store/load.hpp"
#include "state/store/pages.hpp"
#include "state/store/sealed.hpp"
#include "state/store/store_folder.hpp"

namespace flowrun::state {
namespace {

constexpr std::size_t slice_bytes = 4 << 20;

const std::string& checked(const std::string& folder) {
  require_store(folder);
  return folder;
}

}  // namespace

std::unique_ptr<StoreView> StoreView::open(const std::string& folder) {
  const FaultGuard guard(folder);
  return std::make_unique<LmdbView>(folder);
}

LmdbView::LmdbView(const std::string& folder)
    : noted_(last_transaction(checked(folder))),
      environment_(folder, Environment::Use::read_only),
      transaction_(environment_, Transaction::Access::read) {
  require_last_transaction(environment_, noted_);
  if (transaction_.number() == 0)
    throw Failure(ExitCode::recovery_unusable, "there is no store in '" + folder + "' yet");
  require_whole_file(environment_);
  check_pages(environment_, transaction_);
  transaction_.open_tables();
  contents_ = read_contents(transaction_);
}

std::pair<std::uint64_t, std::uint64_t> LmdbView::unfolded() const {
  const std::deque<Manifest>& manifests = contents_.manifests;
  if (manifests.empty()) return {0, 0};
  return {manifests.front().epoch, manifests.back().epoch};
}

StoreView::Size LmdbView::measure() {
  const FaultGuard guard(environment_.folder());
  Size size;
  each_snapshot_chunk(transaction_, contents_.head, [](const StoredState&, std::uint64_t, std::string_view) {});
  check_prepared();
  for (const Manifest& manifest : contents_.manifests) size.change_bytes += manifest.bytes;
  for (const StoredState& state : contents_.head.states) {
    size.snapshot_bytes += state.bytes;
    StateSize& live = size.states.emplace_back(StateSize{.node = state.node, .state = state.state});
    each_live(state, [&](const Change& change) {
      ++live.groups;
      live.bytes += change.group.size() + change.state.size();
    });
  }
  if (const auto status = status_of(environment_.folder() + "/data.mdb"); status.ok())
    size.file_bytes = static_cast<std::uint64_t>(status->st_size);
  return size;
}

// What is live does not touch the chunks of an epoch that does not count yet.
void LmdbView::check_prepared() {
  if (!contents_.prepared_manifest) return;
  for (const StoredChanges& changes : contents_.prepared_manifest->changes)
    for (std::size_t chunk = 0; chunk < changes.chunks.size(); ++chunk)
      read_chunk(transaction_, contents_.head, *contents_.prepared_manifest, changes, chunk);
}

void LmdbView::each_live(const StoredState& state, const Visit& visit) {
  constexpr std::uint64_t last_hash = std::numeric_limits<std::uint64_t>::max();
  LiveState live(transaction_, contents_, state, contents_.head.epochs);
  for (std::uint64_t first_hash = 0;;) {
    const LiveState::Slice slice = live.slice(first_hash, slice_bytes);
    live.each(slice, [&](const Change& change, const PackedChange&) { visit(change); });
    if (slice.hashes.last == last_hash) return;
    first_hash = slice.hashes.last + 1;
  }
}

void LmdbView::each(const std::string& node, const Store::Visit& visit) {
  const FaultGuard guard(environment_.folder());
  for (const StoredState& state : contents_.head.states) {
    if (state.node != node) continue;
    // The views stay valid as long as the transaction, so sorting moves no bytes of groups and states.
    std::vector<Change> changes;
    each_live(state, [&](const Change& change) { changes.push_back(change); });
    std::sort(changes.begin(), changes.end(), [](const Change& left, const Change& right) {
      return std::tie(left.group, left.pane) < std::tie(right.group, right.pane);
    });
    const FaultGuard::Pause pause;
    for (const Change& change : changes) visit(state.node, state.state, change);
  }
}

void LmdbView::copy_to(const std::string& folder) {
  const FaultGuard guard(environment_.folder());
  make_store_file(folder, [this](int descriptor, const std::string& path) { environment_.copy_to(descriptor, path); });
}

}  // namespace flowrun::state
