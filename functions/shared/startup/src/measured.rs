//! Stores whose operations are measured, each a pass to the store itself.

use std::time::Instant;

use lockfill_dao::BlobManifest;
use lockfill_dao::{
    BurstCounter, CatalogReader, CountsName, CountsWriter, DaoError, EventLedger, EventRecord, EventRecorder,
    GatesPointer, GatesReader, LedgerEntry, Lending, LoanStore, Published, Recorded, UserKey,
    UserStateReader, Written,
};
use lockfill_metrics::{Count, Distribution, METRICS};
use lockfill_models::counts::EnvironmentCounts;
use lockfill_models::pacing::Gates;
use lockfill_models::user_state::UserState;

/// A store of which each operation is measured.
#[derive(Debug)]
pub(crate) struct Measured<S>(pub S);

async fn redis<T>(operation: impl Future<Output = Result<T, DaoError>>) -> Result<T, DaoError> {
    measure(Distribution::RedisTime, Count::RedisFailures, operation).await
}

async fn dynamodb<T>(operation: impl Future<Output = Result<T, DaoError>>) -> Result<T, DaoError> {
    measure(Distribution::DynamoDbTime, Count::DynamoDbFailures, operation).await
}

async fn measure<T>(
    time: Distribution,
    failures: Count,
    operation: impl Future<Output = Result<T, DaoError>>,
) -> Result<T, DaoError> {
    let began = Instant::now();
    let answer = operation.await;
    METRICS.time(time, began.elapsed());
    if answer.is_err() {
        METRICS.count(failures, 1);
    }
    answer
}

impl<S: UserStateReader> UserStateReader for Measured<S> {
    async fn load_all(&self, names: &[UserKey]) -> Result<Vec<UserState>, DaoError> {
        redis(self.0.load_all(names)).await
    }
}

impl<S: LoanStore> LoanStore for Measured<S> {
    async fn lend(&self, user: &UserKey, lending: &Lending) -> Result<Vec<String>, DaoError> {
        redis(self.0.lend(user, lending)).await
    }
}

impl<S: EventRecorder> EventRecorder for Measured<S> {
    async fn record(&self, event: &EventRecord) -> Result<Recorded, DaoError> {
        redis(self.0.record(event)).await
    }
}

impl<S: BurstCounter> BurstCounter for Measured<S> {
    async fn add_events(&self, minute: i64, events: &[(UserKey, u64)]) -> Result<Vec<u64>, DaoError> {
        redis(self.0.add_events(minute, events)).await
    }
}

impl<S: CatalogReader> CatalogReader for Measured<S> {
    type Chunk = S::Chunk;

    async fn current(&self) -> Result<Option<Published>, DaoError> {
        dynamodb(self.0.current()).await
    }

    async fn before(&self, version: u64) -> Result<Option<Published>, DaoError> {
        dynamodb(self.0.before(version)).await
    }

    async fn manifest(&self, published: &Published) -> Result<BlobManifest, DaoError> {
        dynamodb(self.0.manifest(published)).await
    }

    async fn chunk(&self, manifest: &BlobManifest, index: usize) -> Result<Self::Chunk, DaoError> {
        dynamodb(self.0.chunk(manifest, index)).await
    }

    fn unpack(&self, chunk: Self::Chunk, place: &mut [u8]) -> Result<(), DaoError> {
        self.0.unpack(chunk, place)
    }
}

impl<S: GatesReader> GatesReader for Measured<S> {
    async fn current(&self) -> Result<Option<GatesPointer>, DaoError> {
        dynamodb(self.0.current()).await
    }

    async fn load(&self, pointer: &GatesPointer) -> Result<Gates, DaoError> {
        dynamodb(self.0.load(pointer)).await
    }
}

impl<S: CountsWriter> CountsWriter for Measured<S> {
    async fn write(&self, name: &CountsName, counts: &EnvironmentCounts) -> Result<(), DaoError> {
        dynamodb(self.0.write(name, counts)).await
    }
}

impl<S: EventLedger> EventLedger for Measured<S> {
    async fn write(&self, entry: &LedgerEntry) -> Result<Written, DaoError> {
        measure(Distribution::LedgerTime, Count::LedgerFailures, self.0.write(entry)).await
    }
}
