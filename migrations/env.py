"""Run the migrations on the connection that `polyqw.db.open.migrate` hands over, inside its transaction."""

from alembic import context

from polyqw.db.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    transactional_ddl=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
