namespace ZProc.PowerShell;

internal sealed class ItemProcess : ItemWorker
{
    public ItemProcess(ParallelCall call)
        : base(call)
    {
    }

    public override void Stop()
    {
    }

    public override void Kill() => Call.OnEnded(this);

    protected override void Work() => throw new NotSupportedException();
}
