//! Applications and their keys in SQLite.

use std::path::Path;
use std::time::{Duration, Instant};

use avido_api::server::Secret;
use avido_api::types::ApiKeyOutput;
use chrono::{DateTime, SubsecRound as _, Utc};
use sqlx::ConnectOptions as _;
use sqlx::migrate::MigrateError;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use uuid::Uuid;
use uuid::fmt::Hyphenated;

use crate::key::{self, KeyHash};

const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
const BUSY_PAUSE: Duration = Duration::from_millis(20);
/// SQLite has one writer at a time; the others read meanwhile.
const MAX_CONNECTIONS: u32 = 8;
const FIRST_KEY_NAME: &str = "First key";

/// Applications and their keys. Cheap to clone; clones share connections.
#[derive(Debug, Clone)]
pub struct Store {
    pool: SqlitePool,
}

/// An application that was just made, and its first key.
#[derive(Debug)]
pub struct NewApplication {
    /// What the header `x-application-id` names it by.
    pub id: Uuid,
    /// Its first key.
    pub key: CreatedKey,
}

/// A key that was just made: the only time that its plaintext is known.
#[derive(Debug)]
pub struct CreatedKey {
    /// What it is deleted by.
    pub id: Uuid,
    /// The whole key, for the header `x-api-key`.
    pub plaintext: Secret,
}

/// Something cannot be stored or read.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The application has a key of this name.
    #[error("the application has an API key with this name")]
    NameTaken,
    /// The system gave no random numbers.
    #[error("no random numbers")]
    Random(#[from] getrandom::Error),
    /// The database failed.
    #[error("the database failed")]
    Database(#[from] sqlx::Error),
}

/// The database cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The file cannot be opened or made.
    #[error("cannot open the database")]
    Connect(#[from] sqlx::Error),
    /// The tables cannot be made or brought up to date.
    #[error("cannot migrate the database")]
    Migrate(#[from] MigrateError),
}

impl Store {
    /// Opens the file at `path`, makes it if there is none, and brings its tables up to date.
    ///
    /// # Errors
    /// The file cannot be opened, made or migrated.
    pub async fn open(path: &Path) -> Result<Self, OpenError> {
        // An acknowledged write survives a crash, of the machine too: FULL makes WAL sync at each commit.
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(BUSY_TIMEOUT)
            .foreign_keys(true)
            .disable_statement_logging();
        let store = Self { pool: connect(options).await? };
        store.migrate().await?;
        Ok(store)
    }

    /// One process does it and the others wait: SQLite has no lock for migrations but that of a write.
    async fn migrate(&self) -> Result<(), OpenError> {
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        sqlx::migrate!().run(&mut *transaction).await?;
        Ok(transaction.commit().await?)
    }

    /// Closes the file once nothing uses it.
    pub async fn close(&self) {
        self.pool.close().await;
    }

    /// Makes an application with a key.
    ///
    /// # Errors
    /// The system has no random numbers, or the database fails.
    pub async fn create_application(&self) -> Result<NewApplication, StoreError> {
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        let application = insert_application(&mut transaction).await?;
        transaction.commit().await?;
        Ok(application)
    }

    /// Makes an application with a key if there is none at all, even if two processes ask at once.
    ///
    /// # Errors
    /// The system has no random numbers, or the database fails.
    pub async fn create_first_application(&self) -> Result<Option<NewApplication>, StoreError> {
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        let has_one: bool =
            sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM applications)").fetch_one(&mut *transaction).await?;
        if has_one {
            return Ok(None);
        }
        let application = insert_application(&mut transaction).await?;
        transaction.commit().await?;
        Ok(Some(application))
    }

    /// Whether there is an application with this id.
    ///
    /// # Errors
    /// The database fails.
    pub async fn has_application(&self, id: Uuid) -> Result<bool, StoreError> {
        let query = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM applications WHERE id = ?)");
        Ok(query.bind(id.hyphenated()).fetch_one(&self.pool).await?)
    }

    /// The application that `key` belongs to, or `None` for an unknown key.
    ///
    /// # Errors
    /// The database fails.
    pub async fn application_of(&self, key: &Secret) -> Result<Option<Uuid>, StoreError> {
        let Some(key_id) = key::key_id(key) else { return Ok(None) };
        let candidates: Vec<(Hyphenated, Vec<u8>)> =
            sqlx::query_as("SELECT application_id, hash FROM api_keys WHERE key_id = ?")
                .bind(key_id)
                .fetch_all(&self.pool)
                .await?;
        let hash = KeyHash::of(key);
        let mut owners = candidates.into_iter().filter(|(_, stored)| hash.is(stored));
        Ok(owners.next().map(|(application, _)| application.into_uuid()))
    }

    /// Makes a key. It is on the disk when this returns.
    ///
    /// # Errors
    /// The name is taken, the system has no random numbers, or the database fails.
    pub async fn create_key(&self, application: Uuid, name: &str) -> Result<CreatedKey, StoreError> {
        let mut connection = self.pool.acquire().await?;
        insert_key(&mut connection, application, name).await
    }

    /// The keys of an application, oldest first.
    ///
    /// # Errors
    /// The database fails.
    pub async fn keys(&self, application: Uuid) -> Result<Vec<ApiKeyOutput>, StoreError> {
        let rows: Vec<KeyRow> = sqlx::query_as(
            "SELECT id, key_id, name, application_id, created_at, updated_at FROM api_keys
             WHERE application_id = ? ORDER BY rowid",
        )
        .bind(application.hyphenated())
        .fetch_all(&self.pool)
        .await?;
        Ok(rows.into_iter().map(KeyRow::into_output).collect())
    }

    /// Deletes a key of an application, if it has it.
    ///
    /// # Errors
    /// The database fails.
    pub async fn delete_key(&self, application: Uuid, id: Uuid) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM api_keys WHERE application_id = ? AND id = ?")
            .bind(application.hyphenated())
            .bind(id.hyphenated())
            .execute(&self.pool)
            .await?;
        Ok(())
    }
}

/// Where two processes turn a new file to WAL at once, SQLite does not wait for the busy timeout, but tells one
/// of them straight away that the file is locked.
async fn connect(options: SqliteConnectOptions) -> Result<SqlitePool, sqlx::Error> {
    let deadline = Instant::now() + BUSY_TIMEOUT;
    loop {
        let pool = SqlitePoolOptions::new().max_connections(MAX_CONNECTIONS);
        match pool.connect_with(options.clone()).await {
            Err(error) if is_busy(&error) && Instant::now() < deadline => tokio::time::sleep(BUSY_PAUSE).await,
            result => return result,
        }
    }
}

/// `SQLITE_BUSY` in any of its forms: the low byte of a code is its kind.
fn is_busy(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|error| error.code()?.parse::<u32>().ok());
    code.is_some_and(|code| code & 0xff == 5)
}

#[derive(sqlx::FromRow)]
struct KeyRow {
    id: Hyphenated,
    key_id: String,
    name: String,
    application_id: Hyphenated,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl KeyRow {
    fn into_output(self) -> ApiKeyOutput {
        ApiKeyOutput {
            id: self.id.into_uuid(),
            key_id: self.key_id,
            name: self.name,
            application_id: self.application_id.into_uuid(),
            created_at: self.created_at,
            updated_at: self.updated_at,
        }
    }
}

async fn insert_application(connection: &mut SqliteConnection) -> Result<NewApplication, StoreError> {
    let id = Uuid::new_v4();
    sqlx::query("INSERT INTO applications (id, created_at) VALUES (?, ?)")
        .bind(id.hyphenated())
        .bind(now())
        .execute(&mut *connection)
        .await?;
    let key = insert_key(connection, id, FIRST_KEY_NAME).await?;
    Ok(NewApplication { id, key })
}

/// Whether the name is taken is for the table's constraint to say: a look before the insert would let two
/// requests at once both pass.
async fn insert_key(
    connection: &mut SqliteConnection,
    application: Uuid,
    name: &str,
) -> Result<CreatedKey, StoreError> {
    let id = Uuid::new_v4();
    let plaintext = key::generate()?;
    let now = now();
    let inserted = sqlx::query(
        "INSERT INTO api_keys (id, application_id, name, key_id, hash, created_at, updated_at)
         VALUES (?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(id.hyphenated())
    .bind(application.hyphenated())
    .bind(name)
    .bind(key::key_id(&plaintext))
    .bind(KeyHash::of(&plaintext).as_bytes())
    .bind(now)
    .bind(now)
    .execute(connection)
    .await;
    match inserted {
        Ok(_) => Ok(CreatedKey { id, plaintext }),
        Err(sqlx::Error::Database(error)) if error.is_unique_violation() => Err(StoreError::NameTaken),
        Err(error) => Err(error.into()),
    }
}

/// Now, to the millisecond, as the API's examples have it.
fn now() -> DateTime<Utc> {
    Utc::now().trunc_subsecs(3)
}
