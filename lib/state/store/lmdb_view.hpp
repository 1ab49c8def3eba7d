#pragma once

#include <string>
#include <vector>

#include "state/store.hpp"
#include "state/store/contents.hpp"
#include "state/store/lmdb.hpp"

namespace flowrun::state {

/// A look at a store through one reading transaction, which sees the same until the view is gone.
class LmdbView final : public StoreView {
 public:
  explicit LmdbView(const std::string& folder);

  std::uint64_t id() const override { return contents_.head.id; }
  const EpochNotes* latest() const override { return contents_.latest ? &*contents_.latest : nullptr; }
  const EpochNotes* prepared() const override { return contents_.prepared ? &*contents_.prepared : nullptr; }
  std::pair<std::uint64_t, std::uint64_t> unfolded() const override;
  Size measure() override;
  void each(const std::string& node, const Store::Visit& visit) override;
  void copy_to(const std::string& folder) override;

 private:
  using Visit = std::function<void(const Change& change)>;
  void each_live(const StoredState& state, const Visit& visit);
  void check_prepared();

  std::optional<LastTransaction> noted_;
  Environment environment_;
  Transaction transaction_;
  Contents contents_;
};

}  // namespace flowrun::state
