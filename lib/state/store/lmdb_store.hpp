#pragma once

#include <memory>
#include <string>

#include "state/store.hpp"
#include "state/store/contents.hpp"
#include "state/store/fault_guard.hpp"
#include "state/store/lmdb.hpp"
#include "state/store/store_folder.hpp"

namespace flowrun::state {

/// The store on LMDB. README.md says what is in its tables, and why no moment of a crash can hurt it.
class LmdbStore final : public Store {
 public:
  explicit LmdbStore(const Options& options);
  ~LmdbStore() override;

  std::uint64_t id() const override { return contents_.head.id; }
  std::uint64_t seed() const override { return contents_.head.seed; }
  const EpochNotes* latest() const override { return contents_.latest ? &*contents_.latest : nullptr; }
  const EpochNotes* prepared() const override { return contents_.prepared ? &*contents_.prepared : nullptr; }
  void load(const Visit& visit) override;
  void put(const Epoch& epoch, bool decided) override;
  void keep() override;
  void drop() override;
  void discard(const std::string& node) override;
  bool fold() override;

 private:
  void create();
  void read();
  Manifest store_changes(Transaction& transaction, Head& head, const Epoch& epoch);
  void commit(Transaction& transaction, Head& head);
  void forget_older_notes(Transaction& transaction, const Head& head);
  void settle();

  std::unique_ptr<FaultGuard> guard_;  // while the store is being opened
  StoreFolder folder_;
  Environment environment_;
  Contents contents_;
  bool has_kept_ = false;  // what `keep` said has still to be stored
};

}  // namespace flowrun::state
