"""How alembic reaches the database: over the connection that ig_worker.store.migrate opened and locked."""

from __future__ import annotations

from alembic import context

from ig_worker.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
