import { availableParallelism } from "node:os";

const MiB = 1024 * 1024;

/** Threads of one query. More use more memory, of which an embedded engine has little. */
export const QUERY_THREADS = Math.min(availableParallelism(), 8);

/** What the process holds beside the engine's allocations: mostly the library itself, pages of a file. */
const PROCESS_BYTES = 300 * MiB;

/** Folders of a server that lie in places of the whole machine unless something is said. */
const PATHS = [
  "user_files_path",
  "user_scripts_path",
  "dynamic_user_defined_executable_functions_path",
  "dictionaries_lib_path",
  "format_schema_path",
  "top_level_domains_path",
  "google_protos_path",
  "tmp_path",
];

/**
 * Command-line arguments of the engine: its memory as a whole, caches that are small next to it, and background work
 * that wakes up rarely. The defaults of a server would take gigabytes for caches and 0.3 % of a core for doing nothing.
 *
 * `processBytes` is what the whole process is to take. Files that the engine looks for by name are looked for in
 * `directory`; it reads others all the same when a statement names them by their whole path.
 */
export function serverArguments(processBytes: number, directory: string): string[] {
  const memoryBytes = Math.max(processBytes - PROCESS_BYTES, Math.floor(processBytes / 2));
  const share = (part: number): number => Math.floor(memoryBytes * part);
  const values: Record<string, string | number> = {
    max_server_memory_usage: memoryBytes,
    merges_mutations_memory_usage_soft_limit: share(0.4),
    mark_cache_size: share(0.05),
    primary_index_cache_size: share(0.05),
    index_mark_cache_size: share(0.03),
    uncompressed_cache_size: 0,
    index_uncompressed_cache_size: 0,
    query_condition_cache_size: share(0.01),
    text_index_tokens_cache_size: share(0.01),
    text_index_header_cache_size: share(0.01),
    text_index_postings_cache_size: share(0.02),
    vector_similarity_index_cache_size: 0,
    parquet_metadata_cache_size: MiB,
    iceberg_metadata_files_cache_size: 0,
    compiled_expression_cache_size: 8 * MiB,
    background_pool_size: Math.max(2, Math.min(4, availableParallelism())),
    background_schedule_pool_size: 2,
    max_thread_pool_free_size: 32,
    memory_worker_period_ms: 100,
    memory_worker_purge_dirty_pages_threshold_ratio: 0.05,
    memory_worker_decay_adjustment_period_ms: 0,
    send_crash_reports: 0,
    ...Object.fromEntries(PATHS.map((name) => [name, directory])),
  };
  return Object.entries(values).map(([name, value]) => `--${name}=${value}`);
}
