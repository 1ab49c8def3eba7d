#include "state/store/lmdb_store.hpp"

#include <map>
#include <random>
#include <stdexcept>
#include <utility>

#include "base/failure.hpp"
#include "state/store/chunks.hpp"
#include "state/store/fault_guard.hpp"
#include "state/store/fold.hpp"
#include "state/store/load.hpp"
#include "state/store/pages.hpp"
#include "state/store/sealed.hpp"

namespace flowrun::state {
namespace {

std::uint64_t drawn() {
  std::random_device random;
  return std::uint64_t{random()} << 32 | random();
}

Environment::Use use_of(const Store::Options& options) {
  return options.is_durable ? Environment::Use::durable : Environment::Use::quick;
}

// The number of a state, given to it where it has none.
std::uint32_t number_of(Head& head, const std::string& node, const std::string& state) {
  for (const StoredState& known : head.states)
    if (known.node == node && known.state == state) return known.number;
  head.states.push_back({.number = head.next_state++, .node = node, .state = state});
  return head.states.back().number;
}

void put_row(Transaction& transaction, Table table, std::string_view key, std::string row) {
  seal(table, key, row);
  transaction.put(table, key, row);
}

// The first transaction of a copy has a number of its own.
bool is_left_by(const Transaction& transaction, const Head& head) {
  return transaction.number() == head.transaction || transaction.number() == 1;
}

}  // namespace

std::unique_ptr<Store> Store::open(const Options& options) { return std::make_unique<LmdbStore>(options); }

LmdbStore::LmdbStore(const Options& options)
    : guard_(std::make_unique<FaultGuard>(options.folder)),
      folder_(options.folder),
      environment_(options.folder, use_of(options)) {
  require_last_transaction(environment_, last_transaction(options.folder));
  require_whole_file(environment_);
  if (environment_.is_new()) create();
  read();
  guard_.reset();
}

LmdbStore::~LmdbStore() {
  try {
    settle();
  } catch (const Failure&) {
    // The next start decides about the epoch once more.
  }
}

void LmdbStore::create() {
  Transaction transaction(environment_, Transaction::Access::write);
  transaction.create_tables();
  transaction.put(Table::meta, format_key, format);
  Head head{.id = drawn(), .seed = drawn()};
  commit(transaction, head);
}

void LmdbStore::read() {
  Transaction transaction(environment_, Transaction::Access::read);
  check_pages(environment_, transaction);
  transaction.open_tables();
  contents_ = read_contents(transaction);
  if (!is_left_by(transaction, contents_.head))
    fail_damaged(folder_.path(), "it is not as its last transaction left it");
  transaction.commit();
}

void LmdbStore::commit(Transaction& transaction, Head& head) {
  head.transaction = transaction.number();
  put_row(transaction, Table::meta, head_key, encode_row(head));
  transaction.commit();
  folder_.note({head.transaction, environment_.first_page(head.transaction)});
}

void LmdbStore::load(const Visit& visit) {
  const FaultGuard guard(folder_.path());
  state::load(Transaction(environment_, Transaction::Access::read), contents_, visit);
}

void LmdbStore::put(const Epoch& epoch, bool decided) {
  if (contents_.prepared) throw std::logic_error("an epoch is stored while another is prepared");
  if (epoch.notes.epoch != contents_.head.epochs) throw std::logic_error("epochs are stored out of order");
  const FaultGuard guard(folder_.path());
  Transaction transaction(environment_, Transaction::Access::write);
  Head head = contents_.head;
  Manifest manifest = store_changes(transaction, head, epoch);
  put_row(transaction, Table::manifests, epoch_key(manifest.epoch).bytes(), encode_row(manifest));
  put_row(transaction, Table::notes, epoch_key(manifest.epoch).bytes(), encode_row(epoch.notes));
  head.has_prepared = !decided;
  if (decided) ++head.epochs;
  forget_older_notes(transaction, head);
  commit(transaction, head);

  has_kept_ = false;
  contents_.head = std::move(head);
  (decided ? contents_.latest : contents_.prepared) = epoch.notes;
  if (decided)
    contents_.manifests.push_back(std::move(manifest));
  else
    contents_.prepared_manifest = std::move(manifest);
}

Manifest LmdbStore::store_changes(Transaction& transaction, Head& head, const Epoch& epoch) {
  std::map<std::uint32_t, SortedChanges> by_state;
  for (const StateChanges& changes : epoch.changes)
    if (!changes.changes.empty()) by_state[number_of(head, changes.node, changes.state)].add(changes);
  Manifest manifest{.epoch = epoch.notes.epoch};
  for (auto& [state, sorted] : by_state) {
    sorted.sort();
    StoredChanges& stored = manifest.changes.emplace_back();
    stored.state = state;
    stored.closings = sorted.closings();
    ChunkPacker packer([&, number = state](const HashInterval& hashes, std::string& chunk) {
      const Key key = change_key(manifest.epoch, number, static_cast<std::uint32_t>(stored.chunks.size()));
      stored.chunks.push_back({hashes.first, hashes.last, seal(Table::changes, key.bytes(), chunk)});
      transaction.put(Table::changes, key.bytes(), chunk);
      manifest.bytes += chunk.size();
    });
    for (const PackedChange& change : sorted.changes()) packer.add(change);
    packer.finish();
  }
  return manifest;
}

// Of no use once a later epoch counts.
void LmdbStore::forget_older_notes(Transaction& transaction, const Head& head) {
  std::vector<std::uint64_t> older;
  Cursor cursor(transaction, Table::notes);
  for (bool found = cursor.seek(epoch_key(0).bytes()); found; found = cursor.next()) {
    std::string_view key = cursor.key();
    std::uint64_t epoch = 0;
    if (!Key::take(key, epoch) || epoch + 1 >= head.epochs) break;
    older.push_back(epoch);
  }
  for (const std::uint64_t epoch : older) transaction.erase(Table::notes, epoch_key(epoch).bytes());
}

void LmdbStore::keep() {
  if (!contents_.prepared) throw std::logic_error("no epoch is prepared");
  contents_.latest = std::exchange(contents_.prepared, std::nullopt);
  contents_.manifests.push_back(*std::exchange(contents_.prepared_manifest, std::nullopt));
  contents_.head.has_prepared = false;
  ++contents_.head.epochs;
  has_kept_ = true;
}

void LmdbStore::settle() {
  if (!has_kept_) return;
  const FaultGuard guard(folder_.path());
  Transaction transaction(environment_, Transaction::Access::write);
  Head head = contents_.head;
  forget_older_notes(transaction, head);
  commit(transaction, head);
  contents_.head = std::move(head);
  has_kept_ = false;
}

void LmdbStore::drop() {
  if (!contents_.prepared) throw std::logic_error("no epoch is prepared");
  const FaultGuard guard(folder_.path());
  Transaction transaction(environment_, Transaction::Access::write);
  const Manifest& manifest = *contents_.prepared_manifest;
  for (const StoredChanges& changes : manifest.changes)
    for (std::uint32_t chunk = 0; chunk < changes.chunks.size(); ++chunk)
      transaction.erase(Table::changes, change_key(manifest.epoch, changes.state, chunk).bytes());
  transaction.erase(Table::manifests, epoch_key(manifest.epoch).bytes());
  transaction.erase(Table::notes, epoch_key(manifest.epoch).bytes());
  Head head = contents_.head;
  head.has_prepared = false;
  commit(transaction, head);
  contents_.head = std::move(head);
  contents_.prepared.reset();
  contents_.prepared_manifest.reset();
}

void LmdbStore::discard(const std::string& node) {
  const FaultGuard guard(folder_.path());
  Transaction transaction(environment_, Transaction::Access::write);
  Head head = contents_.head;
  std::erase_if(head.states, [&](const StoredState& state) {
    if (state.node == node) head.discarded.push_back(state.number);
    return state.node == node;
  });
  commit(transaction, head);
  contents_.head = std::move(head);
  has_kept_ = false;
}

bool LmdbStore::fold() {
  if (has_kept_) {
    settle();
    return true;
  }
  if (!is_fold_due(contents_) && !is_sweep_due(contents_.head)) return false;
  const FaultGuard guard(folder_.path());
  // A look at the store whose process was killed would hold pages for ever.
  if (contents_.head.folding == contents_.head.folded) environment_.release_dead_readers();
  Transaction transaction(environment_, Transaction::Access::write);
  Head head = contents_.head;
  if (is_fold_due(contents_))
    fold_slice(transaction, contents_, head);
  else
    sweep_slice(transaction, head);
  commit(transaction, head);
  for (; contents_.head.folded < head.folded; ++contents_.head.folded) contents_.manifests.pop_front();
  contents_.head = std::move(head);
  return true;
}

}  // namespace flowrun::state
