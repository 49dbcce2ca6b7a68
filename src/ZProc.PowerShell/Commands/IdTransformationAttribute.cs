using System.Collections;
using System.Globalization;
using System.Management.Automation;
using ZProc.Values;

namespace ZProc.Commands;

/// <summary>
/// Takes whole numbers of every type as ids, so that a number in the place of a name or an id binds to the id. Any other number is an
/// error: the engine would round it to an id that no user means.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class IdTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        object?[] given = BaseObject.Of(inputData) is IList list ? [.. list.Cast<object?>().Select(BaseObject.Of)] : [BaseObject.Of(inputData)];

        // Text can be a name. A list with a name is a list of names.
        return given.Length > 0 && Array.TrueForAll(given, IsNumber) ? Array.ConvertAll(given, IdOf) : inputData;
    }

    private static bool IsNumber(object? value) =>
        value is not Enum && value is IConvertible number && number.GetTypeCode() is >= TypeCode.SByte and <= TypeCode.Decimal;

    private static int IdOf(object? value)
    {
        var number = Convert.ToDouble(value, CultureInfo.InvariantCulture);
        return double.IsInteger(number) && number is >= int.MinValue and <= int.MaxValue
            ? (int)number
            : throw new ArgumentTransformationMetadataException(
                $"'{value}' is no id: an id is a whole number. A name that is a number goes to -Name, or is given as text: '{value}'.");
    }
}
