#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct MDB_env;
struct MDB_txn;
struct MDB_cursor;

namespace flowrun::state {

/// Ends all work on a store whose bytes cannot be trusted: Failure with exit 10, `the recovery directory 'DIR' is damaged: `
/// and `what`.
[[noreturn]] void fail_damaged(const std::string& folder, const std::string& what);

/// The tables of a store; README.md says what is in them.
enum class Table : unsigned { meta, notes, manifests, changes, snapshot };
inline constexpr std::size_t tables = 5;
const char* name_of(Table table);

/// LMDB's view of a folder. Everything LMDB says turns into a Failure: damage into exit 10, a full disk and the like into
/// exit 7. The same folder must not be opened twice in one process (LMDB's locks belong to the process).
class Environment {
 public:
  enum class Use {
    durable,    // a commit has reached the disk when it returns
    quick,      // a commit survives the process
    read_only,  // beside a writer in another process
  };
  Environment(std::string folder, Use use);
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

  const std::string& folder() const { return folder_; }
  /// No transaction has ever been written to it.
  bool is_new() const;
  /// Of the last that was committed.
  std::uint64_t last_transaction() const;
  /// A checksum of the page with which LMDB begins since a transaction: one of two, in turns.
  std::uint64_t first_page(std::uint64_t transaction) const;
  std::size_t page_bytes() const;
  /// What the file has to have at least.
  std::uint64_t used_bytes() const;
  /// Gives the pages back that readers hold who have died.
  void release_dead_readers();
  /// Writes a consistent copy without free pages to an open file.
  void copy_to(int descriptor, const std::string& path) const;

  /// Throws where `code` is no success. `doing` says to what: "read", "write".
  void check(int code, std::string_view doing) const;

 private:
  friend class Transaction;
  friend class Cursor;
  struct Close {
    void operator()(MDB_env* environment) const;
  };

  int open(std::size_t map_bytes);

  std::string folder_;
  Use use_;
  std::unique_ptr<MDB_env, Close> environment_;
  std::array<unsigned, tables> tables_{};
};

/// All or nothing: what has not been committed never was. One writing transaction at a time; to be used on one thread.
class Transaction {
 public:
  enum class Access { read, write };
  Transaction(Environment& environment, Access access);
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  const std::string& folder() const { return environment_.folder(); }
  /// LMDB's own number: one more with each that was committed.
  std::uint64_t number() const;

  /// Finds the tables; to be called once per environment. Fails where the file has none, or others.
  void open_tables();
  void create_tables();

  /// Bytes as they lie in the file: valid until something is written or the transaction ends.
  std::optional<std::string_view> find(Table table, std::string_view key) const;
  void put(Table table, std::string_view key, std::string_view value);
  /// Whether it was there.
  bool erase(Table table, std::string_view key);
  std::uint64_t rows(Table table) const;

  void commit();

 private:
  friend class Cursor;
  struct Abort {
    void operator()(MDB_txn* transaction) const;
  };

  void open_tables(unsigned flags);

  Environment& environment_;
  std::unique_ptr<MDB_txn, Abort> transaction_;
};

/// Goes through a table in the order of its keys.
class Cursor {
 public:
  Cursor(const Transaction& transaction, Table table);
  Cursor(const Cursor&) = delete;
  Cursor& operator=(const Cursor&) = delete;

  /// To the first row whose key is `key` or above. False: there is none.
  bool seek(std::string_view key);
  bool next();
  std::string_view key() const { return key_; }
  std::string_view value() const { return value_; }

 private:
  struct Close {
    void operator()(MDB_cursor* cursor) const;
  };
  bool move(int operation);

  const Environment& environment_;
  std::unique_ptr<MDB_cursor, Close> cursor_;
  std::string_view key_;
  std::string_view value_;
};

}  // namespace flowrun::state
